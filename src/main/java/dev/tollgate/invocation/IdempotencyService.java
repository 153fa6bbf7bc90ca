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
 * Lets a call that is sent more than once under one key happen once. One that was answered, or of
 * which nobody knows how it ended, is never made again under its key: when its answer is gone, that
 * is what a repeat is told. One that failed gives its key back.
 */
@Singleton
public class IdempotencyService {
  /** For how long a key stands for its call. */
  static final Duration KEY_RETENTION = Duration.ofHours(24);

  private static final Logger LOG = Logger.getLogger(IdempotencyService.class);

  /** The response cache takes off up to a tenth, and an answer must outlive its claim. */
  private static final Duration ANSWER_RETENTION = Duration.ofHours(27);

  /** What a call may need beyond its deadline, to be recorded. */
  private static final Duration LEASE_MARGIN = Duration.ofSeconds(5);

  /**
   * A miss of the cache costs a call, a miss here costs the answer; and the first command of a cold
   * function may take longer than Redis is waited for.
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

  /** What is to become of a call. */
  public sealed interface ClaimResult {
    /** It is the first of its key: make it, and say how it ended. */
    record Acquired(Lease lease) implements ClaimResult {}

    /** It was made before, and this was the answer. */
    record Replay(ObjectNode answer) implements ClaimResult {}

    /** It is still being made. */
    record InProgress() implements ClaimResult {}

    /**
     * It was made before, and its answer is gone.
     *
     * @param callId absent if the call was broken off, so that nobody knows how far it got
     */
    record AnswerLost(Optional<CallId> callId) implements ClaimResult {}

    /** The key stands for another request. */
    record RequestMismatch() implements ClaimResult {}
  }

  /**
   * Begins a call, or finds out what became of it. While it is being made, this waits for half of
   * the time there is: the other half is for making it, should it fail.
   *
   * @param requestHash the hash of all that is asked, and of who asks
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
      Claim held = claims.claim(key, mine, now);
      if (held.holder().equals(mine.holder())) {
        // Nothing is there; but a cold function's way to Redis is, when the answer comes.
        answers.find(cacheKey(key, mine.holder()));
        return new ClaimResult.Acquired(new Lease(key, mine.holder()));
      }
      if (!held.requestHash().equals(requestHash)) {
        return new ClaimResult.RequestMismatch();
      }
      if (held.hasEnded(now)) {
        return findAnswer(cacheKey(key, held.holder()))
            .<ClaimResult>map(answer -> new ClaimResult.Replay(answer.body()))
            .orElseGet(() -> new ClaimResult.AnswerLost(held.callId()));
      }
      if (!now.isBefore(waitUntil)) {
        return new ClaimResult.InProgress();
      }
      sleeper.backOff(attempt, INITIAL_BACKOFF, MAX_BACKOFF);
      now = clock.instant();
    }
  }

  private Optional<CachedResponse> findAnswer(CacheKey cacheKey) {
    Optional<CachedResponse> found = Optional.empty();
    for (int i = 0; i < MAX_TRIES && found.isEmpty(); i++) {
      found = answers.find(cacheKey);
    }
    return found;
  }

  private void storeAnswer(CacheKey cacheKey, CallId call, ObjectNode answer) {
    CachedResponse entry =
        new CachedResponse(call.value(), answer, BigDecimal.ZERO, clock.instant());
    boolean kept = false;
    for (int i = 0; i < MAX_TRIES && !kept; i++) {
      kept = answers.store(cacheKey, entry, ANSWER_RETENTION);
    }
  }

  /** Where an answer is kept: sealed for its team, and for this one of all calls under the key. */
  private static CacheKey cacheKey(IdempotencyKey key, String holder) {
    return new CacheKey("tollgate:idempotent:" + key.team() + ":" + holder);
  }

  /** The right to make a call, and the duty to say how it ended. Neither way out ever throws. */
  public final class Lease {
    private final IdempotencyKey key;
    private final String holder;

    private Lease(IdempotencyKey key, String holder) {
      this.key = key;
      this.holder = holder;
    }

    /** The call has an answer, which is given to every repeat. */
    public void complete(CallId call, ObjectNode answer) {
      // Even when the claim cannot be completed, the answer is found as soon as its lease is over.
      storeAnswer(cacheKey(key, holder), call, answer);
      try {
        claims.complete(key, holder, call);
      } catch (RuntimeException e) {
        LOG.warnf("repeats of call %s will wait for nothing: %s", call, e);
      }
    }

    /** The call failed, and may be tried again. */
    public void release() {
      try {
        claims.release(key, holder);
      } catch (RuntimeException e) {
        LOG.warnf("a failed call keeps its idempotency key: %s", e);
      }
    }
  }
}
