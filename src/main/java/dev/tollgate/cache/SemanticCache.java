package dev.tollgate.cache;

import dev.tollgate.cache.SemanticIndex.Entry;
import dev.tollgate.prompt.SemanticCaching;
import dev.tollgate.semantic.Embedder;
import dev.tollgate.semantic.Embedding;
import dev.tollgate.semantic.NearestQuestions.Neighbour;
import dev.tollgate.semantic.Veto;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Gives a question the answer to another one that asks the same in other words. How alike their
 * vectors are only says which questions to look at; whether they ask the same, the veto decides.
 * Never throws.
 */
@Singleton
public class SemanticCache {
  /** What comes less near than this is no neighbour worth telling of. */
  private static final double LEAST = 0.5;

  /** How many answers are looked for whose questions are alike: some may be gone already. */
  private static final int MOST_ANSWERS = 3;

  private final Embedder embedder;
  private final SemanticIndex index;
  private final Veto veto;
  private final ResponseCache answers;
  private final Clock clock;
  private final Duration cacheTtl;

  public SemanticCache(
      Embedder embedder,
      SemanticIndex index,
      Veto veto,
      ResponseCache answers,
      Clock clock,
      @ConfigProperty(name = "tollgate.cache.ttl", defaultValue = "1h") Duration cacheTtl) {
    this.embedder = embedder;
    this.index = index;
    this.veto = veto;
    this.answers = answers;
    this.clock = clock;
    this.cacheTtl = cacheTtl;
  }

  /**
   * A question that may be compared with others.
   *
   * @param terms how alike another one must be, and for how long it may be
   * @param text the user's own words
   */
  public record Question(
      SemanticCaching terms, SemanticPartition partition, String text, Embedding embedding) {}

  /** What came of looking for an answer. */
  public sealed interface Look {
    /**
     * An answer to a question that asks the same.
     *
     * @param kept the question that it was given to
     */
    record Hit(CachedAnswer answer, CacheKey key, String kept, double similarity) implements Look {}

    /** None, although something may have come near. */
    record Miss(Optional<Nearest> nearest) implements Look {}
  }

  /**
   * The question that came nearest and did not help.
   *
   * @param veto why its answer is not one to this question, if that was the reason
   */
  public record Nearest(double similarity, Optional<Veto.Reason> veto) {}

  /** A question with its vector; nothing if it has none. */
  public Optional<Question> question(
      SemanticCaching terms, SemanticPartition partition, String text) {
    return embedder
        .embed(text)
        .map(embedding -> new Question(terms, partition.of(embedder.model()), text, embedding));
  }

  /** Looks for an answer to a question that asks the same. */
  public Look find(Question asked) {
    double threshold = asked.terms().threshold().doubleValue();
    Optional<Nearest> nearest = Optional.empty();
    int looks = 0;
    for (Neighbour kept : index.nearest(asked.partition(), asked.embedding(), LEAST)) {
      Optional<Veto.Reason> reason = veto.between(asked.text(), kept.question());
      if (nearest.isEmpty()) {
        nearest = Optional.of(new Nearest(kept.similarity(), reason));
      }
      if (kept.similarity() < threshold || looks == MOST_ANSWERS) {
        break;
      }
      if (reason.isEmpty()) {
        CacheKey key = new CacheKey(kept.answerKey());
        Optional<CachedAnswer> answer = answers.find(key);
        if (answer.isPresent()) {
          return new Look.Hit(answer.get(), key, kept.question(), kept.similarity());
        }
        looks++;
      }
    }
    return new Look.Miss(nearest);
  }

  /**
   * Keeps a question whose answer is kept.
   *
   * @param key where the answer is
   * @param lifetime of the answer
   */
  public void keep(Question question, CacheKey key, Duration lifetime) {
    Duration ttl = question.terms().ttl().orElse(cacheTtl);
    Instant until = clock.instant().plus(lifetime.compareTo(ttl) < 0 ? lifetime : ttl);
    index.add(
        question.partition(), new Entry(question.text(), question.embedding(), key, until), ttl);
  }
}
