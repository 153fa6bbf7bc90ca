package dev.tollgate.cache;

import dev.tollgate.semantic.Embedding;
import dev.tollgate.semantic.NearestQuestions.Neighbour;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Keeps questions that were answered, and finds those that come near another one. Of each partition
 * it holds so many of the newest. Never throws: an index that fails finds nothing.
 */
public interface SemanticIndex {
  /**
   * The questions of a partition whose cosine to {@code asked} is {@code least} or more, the
   * nearest first; some dozens at most.
   */
  List<Neighbour> findNearest(SemanticPartition partition, Embedding asked, double minSimilarity);

  /**
   * Keeps a question.
   *
   * @param ttl for how long a question of this partition can be of use; the same for all of them
   */
  void add(SemanticPartition partition, Entry entry, Duration ttl);

  /**
   * A question that was answered.
   *
   * @param answerKey where its answer is kept
   * @param expiresAt when the answer may be given to nobody any more
   */
  record Entry(String question, Embedding embedding, CacheKey answerKey, Instant expiresAt) {}
}
