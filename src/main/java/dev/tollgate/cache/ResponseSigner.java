package dev.tollgate.cache;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs entries of the response cache: a schema number, an HMAC-SHA-256 of the key and the rest,
 * and the response as compressed JSON. Without the secret, a writer of the cache can neither forge
 * a response nor move it to another key.
 */
final class ResponseSigner {
  /** The maximum size of a stored response, in bytes of JSON. */
  static final int MAX_RESPONSE_BYTES = 1024 * 1024;

  private static final byte SCHEMA_VERSION = 3;
  private static final String ALGORITHM = "HmacSHA256";
  private static final int HMAC_BYTES = 32;

  private final ObjectMapper json;

  ResponseSigner(ObjectMapper json) {
    this.json = json;
  }

  /** The entry, or nothing if the response is too large. */
  Optional<byte[]> sign(String secret, CacheKey key, CachedResponse response) {
    byte[] plain =
        json.createObjectNode()
            .put("call", response.callId())
            .put("created", response.created().toString())
            .put("cost", response.cost().toPlainString())
            .<ObjectNode>set("body", response.body())
            .toString()
            .getBytes(StandardCharsets.UTF_8);
    if (plain.length > MAX_RESPONSE_BYTES) {
      return Optional.empty();
    }
    byte[] packed = compress(plain);
    return Optional.of(
        ByteBuffer.allocate(1 + HMAC_BYTES + packed.length)
            .put(SCHEMA_VERSION)
            .put(hmac(secret, key, packed))
            .put(packed)
            .array());
  }

  /** The response, or nothing if the entry was not signed for this key. */
  Optional<CachedResponse> verify(String secret, CacheKey key, byte[] entry) {
    if (entry.length <= 1 + HMAC_BYTES || entry[0] != SCHEMA_VERSION) {
      return Optional.empty();
    }
    byte[] packed = Arrays.copyOfRange(entry, 1 + HMAC_BYTES, entry.length);
    byte[] signature = Arrays.copyOfRange(entry, 1, 1 + HMAC_BYTES);
    if (!MessageDigest.isEqual(signature, hmac(secret, key, packed))) {
      return Optional.empty();
    }
    try {
      JsonNode response = json.readTree(decompress(packed));
      return response.path("body") instanceof ObjectNode body
          ? Optional.of(
              new CachedResponse(
                  response.path("call").asText(),
                  body,
                  new BigDecimal(response.path("cost").asText()),
                  Instant.parse(response.path("created").asText())))
          : Optional.empty();
    } catch (IOException | DateTimeException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static byte[] hmac(String secret, CacheKey key, byte[] packed) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), ALGORITHM));
      byte[] name = key.value().getBytes(StandardCharsets.UTF_8);
      mac.update(SCHEMA_VERSION);
      mac.update(ByteBuffer.allocate(Integer.BYTES).putInt(name.length).flip());
      mac.update(name);
      return mac.doFinal(packed);
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every JDK has " + ALGORITHM, e);
    }
  }

  private static byte[] compress(byte[] plain) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(plain);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory cannot fail", e);
    }
    return packed.toByteArray();
  }

  private static byte[] decompress(byte[] packed) throws IOException {
    try (GZIPInputStream gzip = new GZIPInputStream(new ByteArrayInputStream(packed))) {
      return gzip.readNBytes(MAX_RESPONSE_BYTES + 1);
    }
  }
}
