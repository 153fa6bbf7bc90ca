package dev.tollgate.watch;

import dev.tollgate.secret.Secrets;
import jakarta.inject.Singleton;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Keeps texts in an event from all but Tollgate's functions, by AES-256-GCM (NIST SP 800-38D) under
 * a key that is derived from the response cache's. An event rests in Lambda's queue, is copied to
 * EventBridge when it was worked on and to a queue when it was not, and texts of calls have no
 * place in either.
 */
@Singleton
class EventSeal {
  private static final String CIPHER = "AES/GCM/NoPadding";
  private static final String HMAC = "HmacSHA256";
  private static final byte[] PURPOSE =
      "tollgate: events of the false-hit watch".getBytes(StandardCharsets.UTF_8);
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;

  private final Secrets secrets;
  private final SecureRandom random = new SecureRandom();

  EventSeal(Secrets secrets) {
    this.secrets = secrets;
  }

  /**
   * Closes a text for one call.
   *
   * @return nothing if no key for the response cache is configured
   */
  Optional<byte[]> close(String callId, String text) {
    return key()
        .map(
            key -> {
              byte[] nonce = new byte[NONCE_BYTES];
              random.nextBytes(nonce);
              try {
                byte[] closed = apply(Cipher.ENCRYPT_MODE, key, nonce, callId, packed(text));
                return ByteBuffer.allocate(nonce.length + closed.length)
                    .put(nonce)
                    .put(closed)
                    .array();
              } catch (GeneralSecurityException e) {
                throw new IllegalStateException("nothing can be sealed", e);
              }
            });
  }

  /** What was closed for a call; nothing if it was not, or under another key than today's. */
  Optional<String> open(String callId, byte[] sealed) {
    Optional<SecretKeySpec> key = key();
    if (key.isEmpty() || sealed.length <= NONCE_BYTES) {
      return Optional.empty();
    }
    byte[] nonce = new byte[NONCE_BYTES];
    byte[] closed = new byte[sealed.length - NONCE_BYTES];
    ByteBuffer.wrap(sealed).get(nonce).get(closed);
    try {
      return Optional.of(unpacked(apply(Cipher.DECRYPT_MODE, key.get(), nonce, callId, closed)));
    } catch (AEADBadTagException e) {
      return Optional.empty();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("nothing can be unsealed", e);
    }
  }

  private Optional<SecretKeySpec> key() {
    return secrets.find(Secrets.CACHE).map(EventSeal::derived);
  }

  private static SecretKeySpec derived(String secret) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), HMAC));
      return new SecretKeySpec(mac.doFinal(PURPOSE), "AES");
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every JDK has " + HMAC, e);
    }
  }

  private static byte[] apply(int mode, SecretKeySpec key, byte[] nonce, String callId, byte[] text)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance(CIPHER);
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(callId.getBytes(StandardCharsets.UTF_8));
    return cipher.doFinal(text);
  }

  private static byte[] packed(String text) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException("nothing is written but memory", e);
    }
    return packed.toByteArray();
  }

  private static String unpacked(byte[] packed) {
    try (GZIPInputStream gzip = new GZIPInputStream(new ByteArrayInputStream(packed))) {
      return new String(gzip.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("nothing is read but memory", e);
    }
  }
}
