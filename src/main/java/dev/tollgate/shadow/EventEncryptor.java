package dev.tollgate.shadow;

import dev.tollgate.secret.AeadCipher;
import dev.tollgate.secret.Secrets;
import jakarta.inject.Singleton;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * Encrypts the texts of an event with a key that is derived from the response cache's. An event
 * waits in Lambda's queue. Lambda copies it to EventBridge if it succeeded, or to a queue if it
 * failed. Neither may contain the texts of calls.
 */
@Singleton
class EventEncryptor {
  private static final String PURPOSE = "tollgate: events of the false-hit watch";

  private final Secrets secrets;

  EventEncryptor(Secrets secrets) {
    this.secrets = secrets;
  }

  /**
   * Encrypts a text for one call.
   *
   * @return empty if no key for the response cache is configured
   */
  Optional<byte[]> encrypt(String callId, String text) {
    return cipher().map(cipher -> cipher.encrypt(compress(text), context(callId)));
  }

  /** Returns empty if the text was encrypted for another call or with another key. */
  Optional<String> decrypt(String callId, byte[] encrypted) {
    return cipher()
        .flatMap(cipher -> cipher.decrypt(encrypted, context(callId)))
        .map(EventEncryptor::decompress);
  }

  private Optional<AeadCipher> cipher() {
    return secrets.find(Secrets.CACHE_KEY).map(secret -> new AeadCipher(secret, PURPOSE));
  }

  private static byte[] context(String callId) {
    return callId.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] compress(String text) {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
      gzip.write(text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException("Writing to memory cannot fail", e);
    }
    return compressed.toByteArray();
  }

  private static String decompress(byte[] compressed) {
    try (GZIPInputStream gzip = new GZIPInputStream(new ByteArrayInputStream(compressed))) {
      return new String(gzip.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("Reading from memory cannot fail", e);
    }
  }
}
