package dev.tollgate.cli.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.nio.channels.UnresolvedAddressException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class BaseUrlTest {
  private static final BaseUrl ADDRESS = new BaseUrl("SOME_URL", "https://example.com/prod/");

  @Test
  void aPathStandsBelowTheAddress() {
    assertEquals(URI.create("https://example.com/prod/admin"), ADDRESS.resolve("/admin"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost:3000", "example.com", "ftp://example.com", ""})
  void anAddressWithoutItsSchemeIsRefused(String url) {
    assertEquals(
        "SOME_URL must begin with http:// or https://, not " + url,
        assertThrows(CommandException.class, () -> new BaseUrl("SOME_URL", url)).getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://", "http://a b", "http://:80", "http://localhost:65536"})
  void whatNobodyCanCallIsRefused(String url) {
    BaseUrl wrong = new BaseUrl("SOME_URL", url);
    assertThrows(CommandException.class, () -> wrong.resolve("/admin"));
  }

  @Test
  void whoCannotBeReachedIsAskedAboutWithTheReason() {
    String asked = "cannot reach https://example.com/prod: is it running, and is SOME_URL right?";
    assertEquals(asked, unreachable(new ConnectException()));
    assertEquals(asked + " (timed out)", unreachable(new IOException("timed out")));
    assertEquals(
        asked + " (Connection refused)",
        unreachable(caused(new ConnectException("Connection refused"))));
    assertEquals(asked + " (unknown host)", unreachable(caused(new UnresolvedAddressException())));
  }

  private static IOException caused(Exception cause) {
    IOException fault = new ConnectException();
    fault.initCause(cause);
    return fault;
  }

  private static String unreachable(IOException fault) {
    return String.valueOf(ADDRESS.unreachable(fault).getMessage());
  }
}
