package dev.tollgate.secret;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Bytes that nobody reads, forges or moves elsewhere without knowing a secret: a nonce, and the
 * rest by ChaCha20-Poly1305 (RFC 8439) under the HMAC-SHA-256 of the purpose. Not for two threads
 * at a time.
 */
public final class AeadCipher {
  private static final String KEY_DERIVATION = "HmacSHA256";

  /**
   * Functions on the JVM compile with C1 only, which does not use the processor's instructions for
   * AES. There this opens a question in a third of the time of AES-GCM.
   */
  private static final String CIPHER = "ChaCha20-Poly1305";

  private static final int NONCE_BYTES = 12;

  private final SecureRandom random = new SecureRandom();
  private final Cipher cipher;
  private final Key key;

  /** A box that only one of the same secret and purpose opens. */
  public AeadCipher(String secret, String purpose) {
    try {
      cipher = Cipher.getInstance(CIPHER);
      Mac mac = Mac.getInstance(KEY_DERIVATION);
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), KEY_DERIVATION));
      key = new SecretKeySpec(mac.doFinal(purpose.getBytes(StandardCharsets.UTF_8)), CIPHER);
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every JDK has " + KEY_DERIVATION + " and " + CIPHER, e);
    }
  }

  /**
   * Closes some bytes.
   *
   * @param associatedData is not in the box, and must be the same when it is opened
   */
  public byte[] encrypt(byte[] plaintext, byte[] associatedData) {
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    try {
      cipher.init(Cipher.ENCRYPT_MODE, key, new IvParameterSpec(nonce));
      cipher.updateAAD(associatedData);
      byte[] ciphertext = cipher.doFinal(plaintext);
      return ByteBuffer.allocate(NONCE_BYTES + ciphertext.length)
          .put(nonce)
          .put(ciphertext)
          .array();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("nothing can be sealed", e);
    }
  }

  /** What was closed, or nothing if it was not closed by such a box and in this context. */
  public Optional<byte[]> decrypt(byte[] ciphertext, byte[] associatedData) {
    if (ciphertext.length <= NONCE_BYTES) {
      return Optional.empty();
    }
    byte[] nonce = Arrays.copyOf(ciphertext, NONCE_BYTES);
    try {
      cipher.init(Cipher.DECRYPT_MODE, key, new IvParameterSpec(nonce));
      cipher.updateAAD(associatedData);
      return Optional.of(cipher.doFinal(ciphertext, NONCE_BYTES, ciphertext.length - NONCE_BYTES));
    } catch (AEADBadTagException e) {
      return Optional.empty();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("nothing can be unsealed", e);
    }
  }
}
