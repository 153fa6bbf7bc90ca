package dev.tollgate.cache;

import dev.tollgate.cache.SemanticIndex.Entry;
import dev.tollgate.prompt.content.SemanticCaching;
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
 * Answers a question with the response to an equivalent one in other words. The similarity of
 * vectors selects candidates, and the veto decides whether they are equivalent. It never throws.
 */
@Singleton
public class SemanticCache {
  /** Questions below this similarity are not reported as near misses. */
  private static final double MIN_SIMILARITY = 0.5;

  /** Maximum lookups of responses, since some may have expired. */
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
   * A question with its vector.
   *
   * @param settings the similarity threshold and the lifetime
   * @param text the words of the user
   */
  public record EmbeddedQuestion(
      SemanticCaching settings, SemanticPartition partition, String text, Embedding embedding) {}

  /** The result of a lookup. */
  public sealed interface LookupResult {
    /**
     * A response to an equivalent question.
     *
     * @param cachedQuestion the question of the response
     */
    record Hit(CachedResponse response, CacheKey key, String cachedQuestion, double similarity)
        implements LookupResult {}

    /** No response, and the nearest question if there was one. */
    record Miss(Optional<NearestMiss> nearest) implements LookupResult {}
  }

  /**
   * The nearest question that gave no hit.
   *
   * @param veto why the veto rejected its response, if it did
   */
  public record NearestMiss(double similarity, Optional<Veto.Reason> veto) {}

  /** Embeds a question; empty if it has no vector. */
  public Optional<EmbeddedQuestion> embedQuestion(
      SemanticCaching settings, SemanticPartition partition, String text) {
    return embedder
        .embed(text)
        .map(
            embedding ->
                new EmbeddedQuestion(settings, partition.of(embedder.model()), text, embedding));
  }

  /** Looks up the response to an equivalent question. */
  public LookupResult find(EmbeddedQuestion question) {
    double threshold = question.settings().threshold().doubleValue();
    Optional<NearestMiss> nearest = Optional.empty();
    int lookups = 0;
    for (Neighbour neighbour :
        index.findNearest(question.partition(), question.embedding(), MIN_SIMILARITY)) {
      Optional<Veto.Reason> reason = veto.check(question.text(), neighbour.question());
      if (nearest.isEmpty()) {
        nearest = Optional.of(new NearestMiss(neighbour.similarity(), reason));
      }
      if (neighbour.similarity() < threshold || lookups == MAX_LOOKUPS) {
        break;
      }
      if (reason.isEmpty()) {
        CacheKey key = new CacheKey(neighbour.answerKey());
        Optional<CachedResponse> response = responses.find(key);
        if (response.isPresent()) {
          return new LookupResult.Hit(
              response.get(), key, neighbour.question(), neighbour.similarity());
        }
        lookups++;
      }
    }
    return new LookupResult.Miss(nearest);
  }

  /**
   * Stores a question whose response is stored.
   *
   * @param key the key of the response
   * @param lifetime the lifetime of the response
   */
  public void store(EmbeddedQuestion question, CacheKey key, Duration lifetime) {
    Duration ttl = question.settings().ttl().orElse(cacheTtl);
    Instant until = clock.instant().plus(lifetime.compareTo(ttl) < 0 ? lifetime : ttl);
    index.add(
        question.partition(), new Entry(question.text(), question.embedding(), key, until), ttl);
  }
}
