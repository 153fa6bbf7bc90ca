package dev.tollgate.invocation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.cache.CacheKey;
import dev.tollgate.cache.CachedResponse;
import dev.tollgate.cache.ResponseCache;
import dev.tollgate.cost.calls.CallId;
import jakarta.inject.Singleton;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * Executes a call once, however often it is sent under one idempotency key. A call that was
 * answered, or whose end is unknown, never runs again under its key. If its answer is no longer
 * stored, a repeat gets an error. A failed call releases its key.
 */
@Singleton
public class IdempotencyService {
  /** How long a key identifies its call. */
  static final Duration KEY_RETENTION = Duration.ofHours(24);

  private static final Logger LOG = Logger.getLogger(IdempotencyService.class);

  /** An answer must outlive its claim, and the response cache shortens a TTL by up to 10%. */
  private static final Duration ANSWER_RETENTION = Duration.ofHours(27);

  /** Time for recording a call after its deadline. */
  private static final Duration LEASE_MARGIN = Duration.ofSeconds(5);

  /**
   * Retries reads and writes, since a lost answer cannot be replaced. The first command of a cold
   * function may exceed the timeout of Redis.
   */
  private static final int MAX_TRIES = 3;

  private static final Duration INITIAL_BACKOFF = Duration.ofMillis(50);
  private static final Duration MAX_BACKOFF = Duration.ofMillis(500);

  private final ClaimStore claims;
  private final ResponseCache answers;
  private final Sleeper sleeper;
  private final Clock clock;

  IdempotencyService(ClaimStore claims, ResponseCache answers, Sleeper sleeper, Clock clock) {
    this.claims = claims;
    this.answers = answers;
    this.sleeper = sleeper;
    this.clock = clock;
  }

  /** The state of a call when a request for it arrives. */
  public sealed interface ClaimResult {
    /** The key was free. The caller executes the call and ends the lease. */
    record Acquired(Lease lease) implements ClaimResult {}

    /** The call was answered before. */
    record Replay(ObjectNode answer) implements ClaimResult {}

    /** Another request still executes the call. */
    record InProgress() implements ClaimResult {}

    /**
     * The call ended before, and its answer is not stored.
     *
     * @param callId absent if the call was interrupted and its end is unknown
     */
    record AnswerLost(Optional<CallId> callId) implements ClaimResult {}

    /** The key belongs to another request. */
    record RequestMismatch() implements ClaimResult {}
  }

  /**
   * Acquires the key for a call, or finds the call's answer. While another request executes the
   * call, this waits for up to half of the remaining time. The other half is for executing the call
   * here if it fails there.
   *
   * @param requestHash covers the whole request and its caller
   * @param deadline when the call must have ended
   */
  public ClaimResult begin(IdempotencyKey key, String requestHash, Instant deadline) {
    Instant now = clock.instant();
    Instant waitUntil = now.plus(Duration.between(now, deadline).dividedBy(2));
    Claim mine =
        new Claim(
            UUID.randomUUID().toString(),
            requestHash,
            deadline.plus(LEASE_MARGIN),
            now.plus(KEY_RETENTION).truncatedTo(ChronoUnit.SECONDS),
            Optional.empty());
    for (int attempt = 0; ; attempt++) {
      Claim current = claims.claim(key, mine, now);
      if (current.holder().equals(mine.holder())) {
        // There is no answer yet. The read connects to Redis before the answer must be stored.
        answers.find(cacheKey(key, mine.holder()));
        return new ClaimResult.Acquired(new Lease(key, mine.holder()));
      }
      if (!current.requestHash().equals(requestHash)) {
        return new ClaimResult.RequestMismatch();
      }
      if (current.hasEnded(now)) {
        return findAnswer(cacheKey(key, current.holder()))
            .<ClaimResult>map(answer -> new ClaimResult.Replay(answer.body()))
            .orElseGet(() -> new ClaimResult.AnswerLost(current.callId()));
      }
      if (!now.isBefore(waitUntil)) {
        return new ClaimResult.InProgress();
      }
      sleeper.backOff(attempt, INITIAL_BACKOFF, MAX_BACKOFF);
      now = clock.instant();
    }
  }

  private Optional<CachedResponse> findAnswer(CacheKey cacheKey) {
    Optional<CachedResponse> answer = Optional.empty();
    for (int i = 0; i < MAX_TRIES && answer.isEmpty(); i++) {
      answer = answers.find(cacheKey);
    }
    return answer;
  }

  private void storeAnswer(CacheKey cacheKey, CallId call, ObjectNode answer) {
    CachedResponse entry =
        new CachedResponse(call.value(), answer, BigDecimal.ZERO, clock.instant());
    boolean stored = false;
    for (int i = 0; i < MAX_TRIES && !stored; i++) {
      stored = answers.store(cacheKey, entry, ANSWER_RETENTION);
    }
  }

  /** The cache key of an answer: encrypted for its team, and unique to the holder's call. */
  private static CacheKey cacheKey(IdempotencyKey key, String holder) {
    return new CacheKey("tollgate:idempotent:" + key.team() + ":" + holder);
  }

  /**
   * The right to execute a call. The holder must end it by one of the methods, which never throw.
   */
  public final class Lease {
    private final IdempotencyKey key;
    private final String holder;

    private Lease(IdempotencyKey key, String holder) {
      this.key = key;
      this.holder = holder;
    }

    /** Stores the call's answer for repeats. */
    public void complete(CallId call, ObjectNode answer) {
      // If the claim cannot be completed, repeats find the answer after the lease has expired.
      storeAnswer(cacheKey(key, holder), call, answer);
      try {
        claims.complete(key, holder, call);
      } catch (RuntimeException e) {
        LOG.warnf("Failed to complete the idempotency key of call %s: %s", call, e);
      }
    }

    /** Releases the key, so that a repeat may execute the failed call again. */
    public void release() {
      try {
        claims.release(key, holder);
      } catch (RuntimeException e) {
        LOG.warnf("Failed to release an idempotency key of team %s: %s", key.team(), e);
      }
    }
  }
}
