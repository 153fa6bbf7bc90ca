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
 * Keeps texts in an event from all but Tollgate's functions, in a sealed box whose key is derived
 * from the response cache's. An event rests in Lambda's queue, is copied to EventBridge when it was
 * worked on and to a queue when it was not, and texts of calls have no place in either.
 */
@Singleton
class EventEncryptor {
  private static final String PURPOSE = "tollgate: events of the false-hit watch";

  private final Secrets secrets;

  EventEncryptor(Secrets secrets) {
    this.secrets = secrets;
  }

  /**
   * Closes a text for one call.
   *
   * @return nothing if no key for the response cache is configured
   */
  Optional<byte[]> encrypt(String callId, String text) {
    return cipher().map(box -> box.encrypt(compress(text), context(callId)));
  }

  /** What was closed for a call; nothing if it was not, or under another key than today's. */
  Optional<String> decrypt(String callId, byte[] sealed) {
    return cipher()
        .flatMap(box -> box.decrypt(sealed, context(callId)))
        .map(EventEncryptor::decompress);
  }

  private Optional<AeadCipher> cipher() {
    return secrets.find(Secrets.CACHE_KEY).map(secret -> new AeadCipher(secret, PURPOSE));
  }

  private static byte[] context(String callId) {
    return callId.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] compress(String text) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException("nothing is written but memory", e);
    }
    return packed.toByteArray();
  }

  private static String decompress(byte[] packed) {
    try (GZIPInputStream gzip = new GZIPInputStream(new ByteArrayInputStream(packed))) {
      return new String(gzip.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("nothing is read but memory", e);
    }
  }
}
