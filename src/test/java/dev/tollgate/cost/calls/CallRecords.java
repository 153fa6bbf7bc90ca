package dev.tollgate.cost.calls;

import dev.tollgate.cost.calls.CallRecord.Attempt;
import dev.tollgate.cost.calls.CallRecord.Attribution;
import dev.tollgate.cost.calls.CallRecord.CacheUse;
import dev.tollgate.cost.calls.CallRecord.Charge;
import dev.tollgate.cost.calls.CallRecord.Models;
import dev.tollgate.cost.calls.CallRecord.Outcome;
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

/** Call records for tests: each of them changes some groups of an ordinary call. */
public final class CallRecords {
  public static final Instant NOW = Instant.parse("2026-11-22T10:00:00.123Z");

  /** The call whose answers the cache has. */
  static final CallId ANSWERED_BY = new CallId("01KAJZ9T4B6V3C0M2N8P5R7S1W");

  private static final String MODEL = "claude-haiku-4-5-20251001";
  private static final String UNKNOWN_MODEL = "claude-unheard-of";
  private static final Optional<PromptUse> PROMPT = Optional.of(new PromptUse("rag_system", 3));

  private CallRecords() {}

  /** A call that the model answered: 150 tokens. */
  public static CallRecord answered(Instant time, String user, String cost) {
    return answered(time, user, MODEL, new Usage(10, 20, 30, 40, 50, 5), priced(cost));
  }

  /** A call that the model answered, at a cost. */
  public static CallRecord answered(
      Instant time, String user, String model, Usage usage, Cost cost) {
    return new CallRecord(
        attempt(time),
        attributionTo(user, PROMPT),
        models(model),
        usage,
        new Charge(cost, BigDecimal.ZERO),
        CacheUse.NONE,
        completed());
  }

  /** A request that was sent and got no response. */
  public static CallRecord unanswered(Instant time, String model, Usage usage, Cost cost) {
    return new CallRecord(
        attempt(time),
        attributionTo("alice", Optional.empty()),
        models(model),
        usage,
        new Charge(cost, BigDecimal.ZERO),
        CacheUse.NONE,
        failedWith("timeout"));
  }

  /** A call that the cache answered, which had the same question. */
  public static CallRecord cached(Instant time, String user, String avoided) {
    return cached(
        time,
        user,
        avoided,
        new CacheUse(CacheOutcome.EXACT, Optional.of(ANSWERED_BY), Optional.empty()));
  }

  /** A call that the cache answered, which had a similar question. */
  public static CallRecord similar(Instant time, String user, String avoided) {
    return cached(
        time,
        user,
        avoided,
        new CacheUse(
            CacheOutcome.SEMANTIC,
            Optional.of(ANSWERED_BY),
            Optional.of(new BigDecimal("0.9731"))));
  }

  private static CallRecord cached(Instant time, String user, String avoided, CacheUse cacheUse) {
    return new CallRecord(
        attempt(time),
        attributionTo(user, Optional.empty()),
        models(MODEL),
        Usage.NONE,
        new Charge(priced("0"), new BigDecimal(avoided)),
        cacheUse,
        completed());
  }

  /** A failed call to an unknown model, without a user. */
  public static CallRecord failed(Instant time) {
    return new CallRecord(
        attempt(time),
        new Attribution(
            "key_1",
            "search",
            Optional.empty(),
            "/v1/messages",
            Optional.empty(),
            CallRecord.Purpose.LIVE),
        models(UNKNOWN_MODEL),
        Usage.NONE,
        new Charge(priced("0"), BigDecimal.ZERO),
        CacheUse.NONE,
        failedWith("overloaded_error"));
  }

  /** The final attempt at a call, by the team "search". */
  public static CallRecord costing(CallId id, String cost) {
    CallRecord record = answered(id.time(), "alice", cost);
    return new CallRecord(
        new Attempt(id, id, true),
        record.attribution(),
        record.models(),
        record.usage(),
        record.charge(),
        record.cacheUse(),
        record.outcome());
  }

  /** An attempt before the final one of a call: 15 tokens of another model. */
  public static CallRecord brokenOff(CallRecord last, String cost) {
    return new CallRecord(
        new Attempt(nextId(last.time()), last.callId(), false),
        last.attribution(),
        new Models(last.provider(), last.requestedModel(), "claude-sonnet-4-6"),
        new Usage(10, 0, 0, 0, 5, 0),
        new Charge(
            new Cost(
                new BigDecimal(cost),
                PromptCacheSavings.NONE,
                "anthropic/claude-sonnet-4-6@2026-01-01",
                Price.Status.PRICED),
            BigDecimal.ZERO),
        CacheUse.NONE,
        new Outcome(Optional.empty(), Optional.of("unreachable"), Duration.ofMillis(20)));
  }

  /** A call to a model that the price book does not know. */
  public static CallRecord estimated(Instant time) {
    return answered(
        time,
        "alice",
        UNKNOWN_MODEL,
        new Usage(100, 0, 0, 0, 36, 5),
        cost("0.00084", "fallback", Price.Status.ESTIMATED));
  }

  /** A call for one dollar that should have cost 0.000332. */
  public static CallRecord wronglyPriced(Instant time, String user) {
    return answered(
        time,
        user,
        MODEL,
        new Usage(100, 20, 40, 0, 36, 5),
        cost("1", "wrong", Price.Status.PRICED));
  }

  /** A call whose provider did not say how many tokens it bills. */
  public static CallRecord uncounted(Instant time) {
    return answered(
        time,
        "alice",
        "claude-haiku-4-5",
        new Usage(100, 0, 0, 0, 0, 0),
        cost("0.0001", "anthropic/claude-haiku-4-5@2025-10-15", Price.Status.ESTIMATED));
  }

  private static CallId nextId(Instant time) {
    return CallId.next(Clock.fixed(time, ZoneOffset.UTC));
  }

  private static Attempt attempt(Instant time) {
    CallId id = nextId(time);
    return new Attempt(id, id, true);
  }

  private static Attribution attributionTo(String user, Optional<PromptUse> prompt) {
    return new Attribution(
        "key_1", "search", Optional.of(user), "docs-search", prompt, CallRecord.Purpose.LIVE);
  }

  private static Models models(String answering) {
    return new Models("anthropic", "claude-haiku-4-5", answering);
  }

  private static Cost priced(String usd) {
    return cost(usd, "anthropic/claude-haiku-4-5@2026-01-01", Price.Status.PRICED);
  }

  private static Cost cost(String usd, String priceId, Price.Status status) {
    return new Cost(new BigDecimal(usd), PromptCacheSavings.NONE, priceId, status);
  }

  private static Outcome completed() {
    return new Outcome(Optional.of("end_turn"), Optional.empty(), Duration.ofMillis(321));
  }

  private static Outcome failedWith(String type) {
    return new Outcome(Optional.empty(), Optional.of(type), Duration.ofMillis(321));
  }
}
