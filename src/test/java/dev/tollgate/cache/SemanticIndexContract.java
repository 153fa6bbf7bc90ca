package dev.tollgate.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.cache.SemanticIndex.Entry;
import dev.tollgate.semantic.Embedding;
import dev.tollgate.semantic.NearestQuestions.Neighbour;
import dev.tollgate.semantic.WordEmbedder;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The contract of {@link SemanticIndex}. */
abstract class SemanticIndexContract {
  static final Duration HOUR = Duration.ofHours(1);

  Instant now = Instant.now();
  final Clock clock = ((InstantSource) () -> now).withZone(ZoneOffset.UTC);
  final SemanticPartition partition =
      new SemanticPartition("tollgate:questions:search:" + UUID.randomUUID());

  /** An index with a TTL of an hour and about a hundred questions per partition. */
  abstract SemanticIndex index();

  @Test
  void returnsNearestFirstAndOmitsFarQuestions() {
    SemanticIndex index = index();
    assertEquals(List.of(), nearest(index, "how do I pay"));
    add(index, "how do I leave", HOUR);
    add(index, "how do I pay", HOUR);
    add(index, "what is the weather like", HOUR);

    List<Neighbour> found = index.findNearest(partition, vector("how do I pay"), 0.5);
    assertEquals(
        List.of("how do I pay", "how do I leave"),
        found.stream().map(Neighbour::question).toList());
    assertEquals(1, found.getFirst().similarity(), 1e-9);
    assertEquals(key("how do I pay").value(), found.getFirst().answerKey());
  }

  @Test
  void separatesPartitions() {
    SemanticIndex index = index();
    add(index, "how do I pay", HOUR);
    SemanticPartition other = new SemanticPartition(partition.value() + "0");

    assertEquals(List.of(), index.findNearest(other, vector("how do I pay"), 0.5));
  }

  @Test
  void questionExpiresWithResponse() {
    SemanticIndex index = index();
    add(index, "how do I pay", Duration.ofMinutes(1));
    add(index, "how do I pay here", HOUR);
    now = now.plusSeconds(60);

    assertEquals(List.of("how do I pay here"), nearest(index, "how do I pay"));
  }

  @Test
  void fullPartitionHoldsNewest() {
    SemanticIndex index = index();
    add(index, "the very first", HOUR);
    for (int i = 0; i < 300; i++) {
      add(index, "question number" + i, HOUR);
    }

    assertTrue(nearest(index, "question number299").contains("question number299"));
    assertEquals(List.of(), nearest(index, "the very first"));
  }

  final void add(SemanticIndex index, String question, Duration lifetime) {
    index.add(partition, entry(question, lifetime), HOUR);
  }

  final Entry entry(String question, Duration lifetime) {
    return new Entry(question, vector(question), key(question), now.plus(lifetime));
  }

  /** The similar questions, nearest first. */
  final List<String> nearest(SemanticIndex index, String query) {
    return index.findNearest(partition, vector(query), 0.6).stream()
        .map(Neighbour::question)
        .toList();
  }

  static CacheKey key(String question) {
    return new CacheKey("tollgate:answer:search:" + question.hashCode());
  }

  static Embedding vector(String question) {
    return new WordEmbedder().embed(question).orElseThrow();
  }
}
