package dev.tollgate.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ResponseSignerTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final CacheKey KEY = new CacheKey("tollgate:answer:search:abc");
  private static final String SECRET = "a long random secret";

  private final ResponseSigner seal = new ResponseSigner(JSON);

  private static CachedResponse answer(String text) {
    return new CachedResponse(
        "01KAJZ9T4B6V3C0M2N8P5R7S1W",
        JSON.createObjectNode().put("text", text),
        new BigDecimal("0.000123"),
        Instant.parse("2026-11-23T10:00:00Z"));
  }

  private byte[] entry() {
    return seal.sign(SECRET, KEY, answer("Grüße 👋")).orElseThrow();
  }

  @Test
  void verifiesSignedResponse() {
    assertEquals(Optional.of(answer("Grüße 👋")), seal.verify(SECRET, KEY, entry()));
  }

  @Test
  void rejectsAnyChangedByte() {
    byte[] entry = entry();
    for (int i = 0; i < entry.length; i++) {
      byte[] changed = entry.clone();
      changed[i] ^= 1;
      assertEquals(Optional.empty(), seal.verify(SECRET, KEY, changed), "byte " + i);
    }
  }

  @Test
  void rejectsTruncatedEntry() {
    byte[] entry = entry();
    for (int length = 0; length < entry.length; length++) {
      assertEquals(Optional.empty(), seal.verify(SECRET, KEY, Arrays.copyOf(entry, length)));
    }
  }

  @Test
  void rejectsEntryOfAnotherKeyOrSecret() {
    assertEquals(
        Optional.empty(), seal.verify(SECRET, new CacheKey("tollgate:answer:sales:abc"), entry()));
    assertEquals(Optional.empty(), seal.verify("another secret", KEY, entry()));
  }

  @Test
  void storesAtMostOneMegabyte() {
    assertEquals(
        Optional.empty(),
        seal.sign(SECRET, KEY, answer("x".repeat(ResponseSigner.MAX_RESPONSE_BYTES))));
    String large = "x".repeat(ResponseSigner.MAX_RESPONSE_BYTES - 1000);
    byte[] entry = seal.sign(SECRET, KEY, answer(large)).orElseThrow();
    assertTrue(entry.length < 10_000);
    assertEquals(Optional.of(answer(large)), seal.verify(SECRET, KEY, entry));
  }
}
