package dev.tollgate.cost;

import dev.tollgate.cost.CallRecord.PromptUse;
import dev.tollgate.provider.Usage;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;

/** Call records for tests. */
final class CallRecords {
  static final Instant NOW = Instant.parse("2026-11-22T10:00:00.123Z");

  private CallRecords() {}

  static CallRecord answered(Instant time, String user, String cost) {
    CallId id = CallId.next(Clock.fixed(time, ZoneOffset.UTC));
    return new CallRecord(
        id,
        id,
        true,
        "key_1",
        "search",
        Optional.of(user),
        "docs-search",
        "anthropic",
        "claude-haiku-4-5",
        "claude-haiku-4-5-20251001",
        Optional.of(new PromptUse("rag_system", 3)),
        new Usage(10, 20, 30, 40, 50, 5),
        new BigDecimal(cost),
        BigDecimal.ZERO,
        "anthropic/claude-haiku-4-5@2026-01-01",
        Price.Status.PRICED,
        CacheOutcome.NONE,
        Optional.of("end_turn"),
        Optional.empty(),
        Duration.ofMillis(321),
        CallRecord.Purpose.LIVE);
  }

  static CallRecord cached(Instant time, String user, String avoided) {
    CallId id = CallId.next(Clock.fixed(time, ZoneOffset.UTC));
    return new CallRecord(
        id,
        id,
        true,
        "key_1",
        "search",
        Optional.of(user),
        "docs-search",
        "anthropic",
        "claude-haiku-4-5",
        "claude-haiku-4-5-20251001",
        Optional.empty(),
        Usage.NONE,
        BigDecimal.ZERO,
        new BigDecimal(avoided),
        "anthropic/claude-haiku-4-5@2026-01-01",
        Price.Status.PRICED,
        CacheOutcome.EXACT,
        Optional.of("end_turn"),
        Optional.empty(),
        Duration.ofMillis(2),
        CallRecord.Purpose.LIVE);
  }

  static CallRecord failed(Instant time) {
    CallId id = CallId.next(Clock.fixed(time, ZoneOffset.UTC));
    return new CallRecord(
        id,
        id,
        true,
        "key_1",
        "search",
        Optional.empty(),
        "/v1/messages",
        "anthropic",
        "claude-unheard-of",
        "claude-unheard-of",
        Optional.empty(),
        Usage.NONE,
        BigDecimal.ZERO,
        BigDecimal.ZERO,
        "fallback",
        Price.Status.ESTIMATED,
        CacheOutcome.NONE,
        Optional.empty(),
        Optional.of("overloaded_error"),
        Duration.ofMillis(99),
        CallRecord.Purpose.LIVE);
  }
}
