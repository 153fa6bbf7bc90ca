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
  private static final double MIN_SIMILARITY = 0.5;

  /** How many answers are looked for whose questions are alike: some may be gone already. */
  private static final int MAX_LOOKUPS = 3;

  private final Embedder embedder;
  private final SemanticIndex index;
  private final Veto veto;
  private final ResponseCache responses;
  private final Clock clock;
  private final Duration cacheTtl;

  public SemanticCache(
      Embedder embedder,
      SemanticIndex index,
      Veto veto,
      ResponseCache responses,
      Clock clock,
      @ConfigProperty(name = "tollgate.cache.ttl", defaultValue = "1h") Duration cacheTtl) {
    this.embedder = embedder;
    this.index = index;
    this.veto = veto;
    this.responses = responses;
    this.clock = clock;
    this.cacheTtl = cacheTtl;
  }

  /**
   * A question that may be compared with others.
   *
   * @param settings how alike another one must be, and for how long it may be
   * @param text the user's own words
   */
  public record EmbeddedQuestion(
      SemanticCaching settings, SemanticPartition partition, String text, Embedding embedding) {}

  /** What came of looking for an answer. */
  public sealed interface LookupResult {
    /**
     * An answer to a question that asks the same.
     *
     * @param cachedQuestion the question that it was given to
     */
    record Hit(CachedResponse response, CacheKey key, String cachedQuestion, double similarity)
        implements LookupResult {}

    /** None, although something may have come near. */
    record Miss(Optional<NearestMiss> nearest) implements LookupResult {}
  }

  /**
   * The question that came nearest and did not help.
   *
   * @param veto why its answer is not one to this question, if that was the reason
   */
  public record NearestMiss(double similarity, Optional<Veto.Reason> veto) {}

  /** A question with its vector; nothing if it has none. */
  public Optional<EmbeddedQuestion> embedQuestion(
      SemanticCaching terms, SemanticPartition partition, String text) {
    return embedder
        .embed(text)
        .map(
            embedding ->
                new EmbeddedQuestion(terms, partition.of(embedder.model()), text, embedding));
  }

  /** Looks for an answer to a question that asks the same. */
  public LookupResult find(EmbeddedQuestion asked) {
    double threshold = asked.settings().threshold().doubleValue();
    Optional<NearestMiss> nearest = Optional.empty();
    int lookups = 0;
    for (Neighbour kept : index.findNearest(asked.partition(), asked.embedding(), MIN_SIMILARITY)) {
      Optional<Veto.Reason> reason = veto.check(asked.text(), kept.question());
      if (nearest.isEmpty()) {
        nearest = Optional.of(new NearestMiss(kept.similarity(), reason));
      }
      if (kept.similarity() < threshold || lookups == MAX_LOOKUPS) {
        break;
      }
      if (reason.isEmpty()) {
        CacheKey key = new CacheKey(kept.answerKey());
        Optional<CachedResponse> answer = responses.find(key);
        if (answer.isPresent()) {
          return new LookupResult.Hit(answer.get(), key, kept.question(), kept.similarity());
        }
        lookups++;
      }
    }
    return new LookupResult.Miss(nearest);
  }

  /**
   * Keeps a question whose answer is kept.
   *
   * @param key where the answer is
   * @param lifetime of the answer
   */
  public void store(EmbeddedQuestion question, CacheKey key, Duration lifetime) {
    Duration ttl = question.settings().ttl().orElse(cacheTtl);
    Instant until = clock.instant().plus(lifetime.compareTo(ttl) < 0 ? lifetime : ttl);
    index.add(
        question.partition(), new Entry(question.text(), question.embedding(), key, until), ttl);
  }
}
