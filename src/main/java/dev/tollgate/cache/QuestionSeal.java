package dev.tollgate.cache;

import dev.tollgate.cache.SemanticIndex.Entry;
import dev.tollgate.semantic.Embedding;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Entries of one partition of the semantic index as bytes: a schema number, a nonce, and the rest
 * by AES-256-GCM under a key that is made of the secret and the partition's name. Whoever can write
 * to the index but does not know the secret can neither forge a question nor move one to another
 * partition, and whoever can read it learns no question.
 */
final class QuestionSeal {
  private static final byte SCHEMA = 1;
  private static final String KEY_DERIVATION = "HmacSHA256";
  private static final String CIPHER = "AES/GCM/NoPadding";
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;
  private static final int HEAD_BYTES = 1 + NONCE_BYTES;

  private final SecureRandom random = new SecureRandom();
  private final Cipher cipher;
  private final Key key;

  QuestionSeal(String secret, SemanticPartition partition) {
    try {
      cipher = Cipher.getInstance(CIPHER);
      Mac mac = Mac.getInstance(KEY_DERIVATION);
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), KEY_DERIVATION));
      mac.update("question ".getBytes(StandardCharsets.UTF_8));
      byte[] name = partition.value().getBytes(StandardCharsets.UTF_8);
      key = new SecretKeySpec(mac.doFinal(name), "AES");
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every JDK has " + KEY_DERIVATION + " and " + CIPHER, e);
    }
  }

  byte[] close(Entry entry) {
    byte[] vector = entry.embedding().bytes();
    byte[] answer = entry.answer().value().getBytes(StandardCharsets.UTF_8);
    byte[] question = entry.question().getBytes(StandardCharsets.UTF_8);
    return close(
        ByteBuffer.allocate(
                Long.BYTES + 2 * Integer.BYTES + vector.length + answer.length + question.length)
            .putLong(entry.until().toEpochMilli())
            .putInt(vector.length)
            .put(vector)
            .putInt(answer.length)
            .put(answer)
            .put(question)
            .array());
  }

  byte[] close(byte[] plain) {
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    try {
      cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(TAG_BITS, nonce));
      cipher.updateAAD(new byte[] {SCHEMA});
      byte[] secret = cipher.doFinal(plain);
      return ByteBuffer.allocate(HEAD_BYTES + secret.length)
          .put(SCHEMA)
          .put(nonce)
          .put(secret)
          .array();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("nothing can be sealed", e);
    }
  }

  /** The entry, or nothing if the bytes are not one that was closed for this partition. */
  Optional<Entry> open(byte[] bytes) {
    if (bytes.length <= HEAD_BYTES || bytes[0] != SCHEMA) {
      return Optional.empty();
    }
    try {
      byte[] nonce = Arrays.copyOfRange(bytes, 1, HEAD_BYTES);
      cipher.init(Cipher.DECRYPT_MODE, key, new GCMParameterSpec(TAG_BITS, nonce));
      cipher.updateAAD(new byte[] {SCHEMA});
      return Optional.of(
          read(ByteBuffer.wrap(cipher.doFinal(bytes, HEAD_BYTES, bytes.length - HEAD_BYTES))));
    } catch (AEADBadTagException e) {
      return Optional.empty();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("nothing can be unsealed", e);
    }
  }

  private static Entry read(ByteBuffer plain) {
    Instant until = Instant.ofEpochMilli(plain.getLong());
    Embedding embedding = Embedding.ofBytes(next(plain, plain.getInt()));
    CacheKey answer = new CacheKey(text(next(plain, plain.getInt())));
    return new Entry(text(next(plain, plain.remaining())), embedding, answer, until);
  }

  private static byte[] next(ByteBuffer plain, int length) {
    byte[] part = new byte[length];
    plain.get(part);
    return part;
  }

  private static String text(byte[] utf8) {
    return new String(utf8, StandardCharsets.UTF_8);
  }
}
