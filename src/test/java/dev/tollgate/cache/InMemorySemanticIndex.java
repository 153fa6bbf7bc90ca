package dev.tollgate.cache;

import dev.tollgate.semantic.Embedding;
import dev.tollgate.semantic.NearestQuestions;
import dev.tollgate.semantic.NearestQuestions.Neighbour;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Questions in memory. */
public final class InMemorySemanticIndex implements SemanticIndex {
  private final Clock clock;
  private final Map<SemanticPartition, NearestQuestions> partitions = new HashMap<>();

  public InMemorySemanticIndex(Clock clock) {
    this.clock = clock;
  }

  @Override
  public List<Neighbour> findNearest(
      SemanticPartition partition, Embedding query, double minSimilarity) {
    return of(partition).findNearest(query, minSimilarity, clock.instant());
  }

  @Override
  public void add(SemanticPartition partition, Entry entry, Duration ttl) {
    of(partition)
        .add(entry.embedding(), entry.question(), entry.answerKey().value(), entry.expiresAt());
  }

  private NearestQuestions of(SemanticPartition partition) {
    return partitions.computeIfAbsent(partition, _ -> new NearestQuestions(100));
  }
}
