package dev.tollgate.cache;

import dev.tollgate.cache.SemanticIndex.Entry;
import dev.tollgate.secret.SealedBox;
import dev.tollgate.semantic.Embedding;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/**
 * Entries of one partition of the semantic index as bytes: a schema number, and a sealed box whose
 * key is made of the secret and the partition's name. Whoever can write to the index but does not
 * know the secret can neither forge a question nor move one to another partition, and whoever can
 * read it learns no question.
 */
final class QuestionSeal {
  private static final byte SCHEMA = 1;
  private static final byte[] CONTEXT = {SCHEMA};

  private final SealedBox box;

  QuestionSeal(String secret, SemanticPartition partition) {
    box = new SealedBox(secret, "question " + partition.value());
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
    byte[] closed = box.close(plain, CONTEXT);
    return ByteBuffer.allocate(1 + closed.length).put(SCHEMA).put(closed).array();
  }

  /** The entry, or nothing if the bytes are not one that was closed for this partition. */
  Optional<Entry> open(byte[] bytes) {
    return bytes.length == 0 || bytes[0] != SCHEMA
        ? Optional.empty()
        : box.open(Arrays.copyOfRange(bytes, 1, bytes.length), CONTEXT)
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
