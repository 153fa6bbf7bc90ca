package dev.tollgate.cache;

import dev.tollgate.semantic.Embedding;
import dev.tollgate.semantic.NearestQuestions.Neighbour;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Stores answered questions, and finds those that are similar to another one. It holds a limited
 * number of the newest questions of each partition. It never throws: a failure finds nothing.
 */
public interface SemanticIndex {
  /**
   * The questions of a partition whose cosine to {@code query} is {@code minSimilarity} or more,
   * nearest first; a few dozen at most.
   */
  List<Neighbour> findNearest(SemanticPartition partition, Embedding query, double minSimilarity);

  /**
   * Stores a question.
   *
   * @param ttl the lifetime of questions of this partition; the same for all of them
   */
  void add(SemanticPartition partition, Entry entry, Duration ttl);

  /**
   * An answered question.
   *
   * @param answerKey the key of its response
   * @param expiresAt when the response expires
   */
  record Entry(String question, Embedding embedding, CacheKey answerKey, Instant expiresAt) {}
}
