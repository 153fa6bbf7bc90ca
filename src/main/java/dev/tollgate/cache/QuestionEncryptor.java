package dev.tollgate.cache;

import dev.tollgate.cache.SemanticIndex.Entry;
import dev.tollgate.secret.AeadCipher;
import dev.tollgate.semantic.Embedding;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/**
 * Encrypts entries of one partition of the semantic index: a schema number and a ciphertext. The
 * key is derived from the secret and the name of the partition. Without the secret, a writer of the
 * index can neither forge a question nor move it to another partition, and a reader learns no
 * question.
 */
final class QuestionEncryptor {
  private static final byte SCHEMA_VERSION = 1;
  private static final byte[] ASSOCIATED_DATA = {SCHEMA_VERSION};

  private final AeadCipher cipher;

  QuestionEncryptor(String secret, SemanticPartition partition) {
    cipher = new AeadCipher(secret, "question " + partition.value());
  }

  byte[] encrypt(Entry entry) {
    byte[] vector = entry.embedding().bytes();
    byte[] answer = entry.answerKey().value().getBytes(StandardCharsets.UTF_8);
    byte[] question = entry.question().getBytes(StandardCharsets.UTF_8);
    return encrypt(
        ByteBuffer.allocate(
                Long.BYTES + 2 * Integer.BYTES + vector.length + answer.length + question.length)
            .putLong(entry.expiresAt().toEpochMilli())
            .putInt(vector.length)
            .put(vector)
            .putInt(answer.length)
            .put(answer)
            .put(question)
            .array());
  }

  byte[] encrypt(byte[] plain) {
    byte[] ciphertext = cipher.encrypt(plain, ASSOCIATED_DATA);
    return ByteBuffer.allocate(1 + ciphertext.length).put(SCHEMA_VERSION).put(ciphertext).array();
  }

  /** The entry, or nothing if the bytes were not encrypted for this partition. */
  Optional<Entry> decrypt(byte[] bytes) {
    return bytes.length == 0 || bytes[0] != SCHEMA_VERSION
        ? Optional.empty()
        : cipher
            .decrypt(Arrays.copyOfRange(bytes, 1, bytes.length), ASSOCIATED_DATA)
            .map(plain -> read(ByteBuffer.wrap(plain)));
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
