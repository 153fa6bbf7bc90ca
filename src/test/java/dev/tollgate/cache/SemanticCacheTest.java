package dev.tollgate.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.tollgate.cache.SemanticCache.LookupResult;
import dev.tollgate.prompt.content.SemanticCaching;
import dev.tollgate.semantic.Veto;
import dev.tollgate.semantic.WordEmbedder;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class SemanticCacheTest {
  private static final Duration HOUR = Duration.ofHours(1);
  private static final SemanticPartition PARTITION = new SemanticPartition("partition");

  private Instant now = Instant.parse("2026-11-24T10:00:00Z");
  private final Clock clock = ((InstantSource) () -> now).withZone(ZoneOffset.UTC);
  private final Map<CacheKey, CachedResponse> answers = new HashMap<>();
  private final List<CacheKey> lookedFor = new ArrayList<>();
  private final SemanticCache cache =
      new SemanticCache(
          new WordEmbedder(),
          new InMemorySemanticIndex(clock),
          new Veto(),
          new ResponseCache() {
            @Override
            public Optional<CachedResponse> find(CacheKey key) {
              lookedFor.add(key);
              return Optional.ofNullable(answers.get(key));
            }

            @Override
            public boolean store(CacheKey key, CachedResponse response, Duration ttl) {
              throw new UnsupportedOperationException("the caller of the model stores responses");
            }
          },
          clock,
          HOUR);

  @Test
  void answersQuestionOfSameWords() {
    answered("How do I pay an invoice?");
    LookupResult.Hit hit =
        assertInstanceOf(LookupResult.Hit.class, find("how do I pay an invoice", "0.95"));

    assertEquals("How do I pay an invoice?", hit.cachedQuestion());
    assertEquals("answer to How do I pay an invoice?", hit.response().callId());
    assertEquals(1, hit.similarity(), 1e-9);
  }

  @Test
  void missesBelowThreshold() {
    answered("How do I pay an invoice?");
    LookupResult.Miss miss =
        assertInstanceOf(LookupResult.Miss.class, find("How do I pay an invoice twice?", "0.95"));

    assertEquals(0.93, miss.nearest().orElseThrow().similarity(), 0.03);
    assertEquals(List.of(), lookedFor);
  }

  @Test
  void missesOnVetoAtAnySimilarity() {
    answered("How do I pay invoice 7 today by bank transfer?");
    LookupResult.Miss miss =
        assertInstanceOf(
            LookupResult.Miss.class, find("How do I pay invoice 8 today by bank transfer?", "0.8"));

    assertEquals(Optional.of(Veto.Reason.NUMBERS), miss.nearest().orElseThrow().veto());
    assertEquals(List.of(), lookedFor);
  }

  @Test
  void findsNextQuestionAfterVeto() {
    answered("How do I pay invoice 8 today by bank transfer please");
    answered("How do I pay invoice 7 today by bank transfer");
    LookupResult.Hit hit =
        assertInstanceOf(
            LookupResult.Hit.class, find("How do I pay invoice 8 today by bank transfer", "0.8"));

    assertEquals("How do I pay invoice 8 today by bank transfer please", hit.cachedQuestion());
  }

  @Test
  void triesNextQuestionIfResponseExpired() {
    answered("how do I pay");
    answered("How do I pay?");
    answered("How do I pay!");
    answers.remove(new CacheKey("How do I pay!"));
    assertEquals(
        "How do I pay?", ((LookupResult.Hit) find("how do I pay?!", "0.95")).cachedQuestion());
    answers.clear();

    assertInstanceOf(LookupResult.Miss.class, find("how do I pay?!", "0.95"));
    assertEquals(5, lookedFor.size());
  }

  @Test
  void questionExpiresWithResponseOrSooner() {
    SemanticCache.EmbeddedQuestion minute =
        cache
            .embedQuestion(
                terms("0.9", Optional.of(Duration.ofMinutes(1))), PARTITION, "How do I pay?")
            .orElseThrow();
    keep(minute, HOUR);
    now = now.plusSeconds(59);
    assertInstanceOf(LookupResult.Hit.class, cache.find(minute));
    now = now.plusSeconds(1);
    assertInstanceOf(LookupResult.Miss.class, cache.find(minute));
    keep(minute, Duration.ofSeconds(10));
    now = now.plusSeconds(10);

    assertInstanceOf(LookupResult.Miss.class, cache.find(minute));
  }

  @Test
  void ignoresTextWithoutWords() {
    assertEquals(
        Optional.empty(), cache.embedQuestion(terms("0.95", Optional.empty()), PARTITION, "?!"));
  }

  private void answered(String text) {
    keep(question(text, "0.95"), HOUR);
  }

  private void keep(SemanticCache.EmbeddedQuestion question, Duration lifetime) {
    CacheKey key = new CacheKey(question.text());
    answers.put(
        key,
        new CachedResponse(
            "answer to " + question.text(),
            JsonNodeFactory.instance.objectNode(),
            BigDecimal.ONE,
            now));
    cache.store(question, key, lifetime);
  }

  private LookupResult find(String text, String threshold) {
    return cache.find(question(text, threshold));
  }

  private SemanticCache.EmbeddedQuestion question(String text, String threshold) {
    return cache.embedQuestion(terms(threshold, Optional.empty()), PARTITION, text).orElseThrow();
  }

  private static SemanticCaching terms(String threshold, Optional<Duration> ttl) {
    return new SemanticCaching(new BigDecimal(threshold), ttl, Optional.empty());
  }
}
