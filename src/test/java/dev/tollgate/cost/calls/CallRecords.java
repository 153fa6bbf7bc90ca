package dev.tollgate.cost.calls;

import dev.tollgate.cost.calls.CallRecord.PromptUse;
import dev.tollgate.cost.pricing.Cost;
import dev.tollgate.cost.pricing.Price;
import dev.tollgate.cost.pricing.PromptCacheSavings;
import dev.tollgate.provider.Usage;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;

/** Call records for tests. */
public final class CallRecords {
  public static final Instant NOW = Instant.parse("2026-11-22T10:00:00.123Z");

  /** The call whose answers the cache has. */
  static final CallId ANSWERED_BY = new CallId("01KAJZ9T4B6V3C0M2N8P5R7S1W");

  private CallRecords() {}

  /** A call that the model answered: 150 tokens. */
  public static CallRecord answered(Instant time, String user, String cost) {
    return record(
        time,
        Optional.of(user),
        "claude-haiku-4-5-20251001",
        Optional.of(new PromptUse("rag_system", 3)),
        new Usage(10, 20, 30, 40, 50, 5),
        cost,
        "0",
        CacheOutcome.NONE,
        Optional.empty());
  }

  /** A call that the model answered, at what it cost. */
  public static CallRecord answered(
      Instant time, String user, String model, Usage usage, Cost cost) {
    return record(
        time,
        Optional.of(user),
        model,
        Optional.of(new PromptUse("rag_system", 3)),
        usage,
        cost,
        "0",
        CacheOutcome.NONE,
        Optional.empty());
  }

  /** A request that was sent, and to which nothing came back. */
  public static CallRecord unanswered(Instant time, String model, Usage usage, Cost cost) {
    return record(
        time,
        Optional.of("alice"),
        model,
        Optional.empty(),
        usage,
        cost,
        "0",
        CacheOutcome.NONE,
        Optional.of("timeout"));
  }

  /** A call that the cache answered, which had the same question. */
  public static CallRecord cached(Instant time, String user, String avoided) {
    return cached(time, user, avoided, CacheOutcome.EXACT);
  }

  /** A call that the cache answered, which had a similar question. */
  public static CallRecord similar(Instant time, String user, String avoided) {
    return cached(time, user, avoided, CacheOutcome.SEMANTIC);
  }

  private static CallRecord cached(
      Instant time, String user, String avoided, CacheOutcome outcome) {
    return record(
        time,
        Optional.of(user),
        "claude-haiku-4-5-20251001",
        Optional.empty(),
        Usage.NONE,
        "0",
        avoided,
        outcome,
        Optional.empty());
  }

  /** A call that nobody answered, by nobody named, to another model. */
  public static CallRecord failed(Instant time) {
    return record(
        time,
        Optional.empty(),
        "claude-unheard-of",
        Optional.empty(),
        Usage.NONE,
        "0",
        "0",
        CacheOutcome.NONE,
        Optional.of("overloaded_error"));
  }

  /** The last attempt at a call, by the team "search". */
  public static CallRecord costing(CallId id, String cost) {
    CallRecord record = answered(id.time(), "alice", cost);
    return new CallRecord(
        id,
        id,
        true,
        record.keyId(),
        record.team(),
        record.user(),
        record.endpoint(),
        record.provider(),
        record.requestedModel(),
        record.model(),
        record.prompt(),
        record.usage(),
        record.cost(),
        record.avoidedCost(),
        record.promptCacheSavings(),
        record.priceId(),
        record.priceStatus(),
        record.cache(),
        record.answeredBy(),
        record.similarity(),
        record.finishReason(),
        record.failure(),
        record.latency(),
        record.purpose());
  }

  /** An attempt before the one that ended a call: 15 tokens of another model. */
  public static CallRecord brokenOff(CallRecord last, String cost) {
    return new CallRecord(
        CallId.next(Clock.fixed(last.time(), ZoneOffset.UTC)),
        last.callId(),
        false,
        last.keyId(),
        last.team(),
        last.user(),
        last.endpoint(),
        last.provider(),
        last.requestedModel(),
        "claude-sonnet-4-6",
        last.prompt(),
        new Usage(10, 0, 0, 0, 5, 0),
        new BigDecimal(cost),
        BigDecimal.ZERO,
        PromptCacheSavings.NONE,
        "anthropic/claude-sonnet-4-6@2026-01-01",
        Price.Status.PRICED,
        CacheOutcome.NONE,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.of("unreachable"),
        Duration.ofMillis(20),
        last.purpose());
  }

  /** A call to a model that the price book does not know. */
  public static CallRecord estimated(Instant time) {
    return answered(
        time,
        "alice",
        "claude-unheard-of",
        new Usage(100, 0, 0, 0, 36, 5),
        new Cost(
            new BigDecimal("0.00084"),
            PromptCacheSavings.NONE,
            "fallback",
            Price.Status.ESTIMATED));
  }

  /** A call for one dollar that should have cost 0.000332. */
  public static CallRecord wronglyPriced(Instant time, String user) {
    return answered(
        time,
        user,
        "claude-haiku-4-5-20251001",
        new Usage(100, 20, 40, 0, 36, 5),
        new Cost(BigDecimal.ONE, PromptCacheSavings.NONE, "wrong", Price.Status.PRICED));
  }

  /** A call whose provider did not say how many tokens it bills. */
  public static CallRecord uncounted(Instant time) {
    return answered(
        time,
        "alice",
        "claude-haiku-4-5",
        new Usage(100, 0, 0, 0, 0, 0),
        new Cost(
            new BigDecimal("0.0001"),
            PromptCacheSavings.NONE,
            "anthropic/claude-haiku-4-5@2025-10-15",
            Price.Status.ESTIMATED));
  }

  private static CallRecord record(
      Instant time,
      Optional<String> user,
      String model,
      Optional<PromptUse> prompt,
      Usage usage,
      String cost,
      String avoided,
      CacheOutcome cache,
      Optional<String> failure) {
    return record(
        time,
        user,
        model,
        prompt,
        usage,
        new Cost(
            new BigDecimal(cost),
            PromptCacheSavings.NONE,
            "anthropic/claude-haiku-4-5@2026-01-01",
            Price.Status.PRICED),
        avoided,
        cache,
        failure);
  }

  private static CallRecord record(
      Instant time,
      Optional<String> user,
      String model,
      Optional<PromptUse> prompt,
      Usage usage,
      Cost cost,
      String avoided,
      CacheOutcome cache,
      Optional<String> failure) {
    CallId id = CallId.next(Clock.fixed(time, ZoneOffset.UTC));
    return new CallRecord(
        id,
        id,
        true,
        "key_1",
        "search",
        user,
        user.isPresent() ? "docs-search" : "/v1/messages",
        "anthropic",
        "claude-haiku-4-5",
        model,
        prompt,
        usage,
        cost.usd(),
        new BigDecimal(avoided),
        cost.promptCacheSavings(),
        cost.priceId(),
        cost.status(),
        cache,
        cache == CacheOutcome.NONE ? Optional.empty() : Optional.of(ANSWERED_BY),
        cache == CacheOutcome.SEMANTIC ? Optional.of(new BigDecimal("0.9731")) : Optional.empty(),
        failure.isPresent() ? Optional.empty() : Optional.of("end_turn"),
        failure,
        Duration.ofMillis(321),
        CallRecord.Purpose.LIVE);
  }
}
