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
  private static final BaseUrl BASE_URL = new BaseUrl("SOME_URL", "https://example.com/prod/");

  @Test
  void appendsThePathToTheUrl() {
    assertEquals(URI.create("https://example.com/prod/admin"), BASE_URL.resolve("/admin"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost:3000", "example.com", "ftp://example.com", ""})
  void rejectsAUrlWithoutHttpScheme(String url) {
    assertEquals(
        "Invalid SOME_URL '" + url + "'. It must begin with http:// or https://.",
        assertThrows(CommandException.class, () -> new BaseUrl("SOME_URL", url)).getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://", "http://a b", "http://:80", "http://localhost:65536"})
  void rejectsAUrlWithoutAValidHost(String url) {
    BaseUrl wrong = new BaseUrl("SOME_URL", url);
    assertThrows(CommandException.class, () -> wrong.resolve("/admin"));
  }

  @Test
  void reportsTheReasonForAConnectionFailure() {
    String message = "Cannot reach https://example.com/prod%s. Is it running? Check SOME_URL.";
    assertEquals(message.formatted(""), unreachable(new ConnectException()));
    assertEquals(message.formatted(" (timed out)"), unreachable(new IOException("timed out")));
    assertEquals(
        message.formatted(" (Connection refused)"),
        unreachable(caused(new ConnectException("Connection refused"))));
    assertEquals(
        message.formatted(" (unknown host)"),
        unreachable(caused(new UnresolvedAddressException())));
  }

  private static IOException caused(Exception cause) {
    IOException failure = new ConnectException();
    failure.initCause(cause);
    return failure;
  }

  private static String unreachable(IOException failure) {
    return String.valueOf(BASE_URL.unreachable(failure).getMessage());
  }
}
