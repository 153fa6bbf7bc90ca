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
public class Idempotency {
  /** For how long a key stands for its call. */
  static final Duration KEPT = Duration.ofHours(24);

  private static final Logger LOG = Logger.getLogger(Idempotency.class);

  /** The response cache takes off up to a tenth, and an answer must outlive its claim. */
  private static final Duration ANSWER_KEPT = Duration.ofHours(27);

  /** What a call may need beyond its deadline, to be recorded. */
  private static final Duration ENDING = Duration.ofSeconds(5);

  /**
   * A miss of the cache costs a call, a miss here costs the answer; and the first command of a cold
   * function may take longer than Redis is waited for.
   */
  private static final int TRIES = 3;

  private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
  private static final Duration LONGEST_PAUSE = Duration.ofMillis(500);

  private final ClaimStore claims;
  private final ResponseCache answers;
  private final Pause pause;
  private final Clock clock;

  Idempotency(ClaimStore claims, ResponseCache answers, Pause pause, Clock clock) {
    this.claims = claims;
    this.answers = answers;
    this.pause = pause;
    this.clock = clock;
  }

  /** What is to become of a call. */
  public sealed interface Beginning {
    /** It is the first of its key: make it, and say how it ended. */
    record First(Turn turn) implements Beginning {}

    /** It was made before, and this was the answer. */
    record Repeat(ObjectNode answer) implements Beginning {}

    /** It is still being made. */
    record Running() implements Beginning {}

    /**
     * It was made before, and its answer is gone.
     *
     * @param call absent if the call was broken off, so that nobody knows how far it got
     */
    record Lost(Optional<CallId> call) implements Beginning {}

    /** The key stands for another request. */
    record Different() implements Beginning {}
  }

  /**
   * Begins a call, or finds out what became of it. While it is being made, this waits for half of
   * the time there is: the other half is for making it, should it fail.
   *
   * @param request the hash of all that is asked, and of who asks
   * @param deadline when the call must have ended
   */
  public Beginning begin(IdempotencyKey key, String request, Instant deadline) {
    Instant now = clock.instant();
    Instant patienceEnds = now.plus(Duration.between(now, deadline).dividedBy(2));
    Claim mine =
        new Claim(
            UUID.randomUUID().toString(),
            request,
            deadline.plus(ENDING),
            now.plus(KEPT).truncatedTo(ChronoUnit.SECONDS),
            Optional.empty());
    for (int look = 0; ; look++) {
      Claim held = claims.claim(key, mine, now);
      if (held.holder().equals(mine.holder())) {
        // Nothing is there; but a cold function's way to Redis is, when the answer comes.
        answers.find(place(key, mine.holder()));
        return new Beginning.First(new Turn(key, mine.holder()));
      }
      if (!held.request().equals(request)) {
        return new Beginning.Different();
      }
      if (held.hasEnded(now)) {
        return find(place(key, held.holder()))
            .<Beginning>map(answer -> new Beginning.Repeat(answer.body()))
            .orElseGet(() -> new Beginning.Lost(held.call()));
      }
      if (!now.isBefore(patienceEnds)) {
        return new Beginning.Running();
      }
      pause.growing(look, FIRST_PAUSE, LONGEST_PAUSE);
      now = clock.instant();
    }
  }

  private Optional<CachedResponse> find(CacheKey place) {
    Optional<CachedResponse> found = Optional.empty();
    for (int i = 0; i < TRIES && found.isEmpty(); i++) {
      found = answers.find(place);
    }
    return found;
  }

  private void store(CacheKey place, CallId call, ObjectNode answer) {
    CachedResponse entry =
        new CachedResponse(call.value(), answer, BigDecimal.ZERO, clock.instant());
    boolean kept = false;
    for (int i = 0; i < TRIES && !kept; i++) {
      kept = answers.store(place, entry, ANSWER_KEPT);
    }
  }

  /** Where an answer is kept: sealed for its team, and for this one of all calls under the key. */
  private static CacheKey place(IdempotencyKey key, String holder) {
    return new CacheKey("tollgate:idempotent:" + key.team() + ":" + holder);
  }

  /** The right to make a call, and the duty to say how it ended. Neither way out ever throws. */
  public final class Turn {
    private final IdempotencyKey key;
    private final String holder;

    private Turn(IdempotencyKey key, String holder) {
      this.key = key;
      this.holder = holder;
    }

    /** The call has an answer, which is given to every repeat. */
    public void complete(CallId call, ObjectNode answer) {
      // Even when the claim cannot be completed, the answer is found as soon as its lease is over.
      store(place(key, holder), call, answer);
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
