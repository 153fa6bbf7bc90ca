package dev.tollgate.invocation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tollgate.cost.calls.CallId;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The contract of every {@link ClaimStore}. */
abstract class ClaimStoreContract {
  private final Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
  private final IdempotencyKey key = new IdempotencyKey("search", UUID.randomUUID().toString());
  private final ClaimStore store = newStore();

  abstract ClaimStore newStore();

  private Claim claim(String holder) {
    return new Claim(
        holder, "hash of " + holder, now.plusSeconds(30), now.plusSeconds(60), Optional.empty());
  }

  @Test
  void firstClaimHoldsKey() {
    assertEquals(claim("one"), store.claim(key, claim("one"), now));
    assertEquals(claim("one"), store.claim(key, claim("two"), now));
  }

  @Test
  void repeatedClaimHoldsKey() {
    store.claim(key, claim("one"), now);
    assertEquals(claim("one"), store.claim(key, claim("one"), now));
  }

  @Test
  void separatesKeysByTeam() {
    store.claim(key, claim("one"), now);
    assertEquals(
        claim("two"), store.claim(new IdempotencyKey("sales", key.value()), claim("two"), now));
  }

  @Test
  void completedClaimContainsItsCall() {
    CallId call = CallId.next(Clock.systemUTC());
    store.claim(key, claim("one"), now);
    store.complete(key, "two", CallId.next(Clock.systemUTC()));
    store.complete(key, "one", call);

    assertEquals(Optional.of(call), store.claim(key, claim("two"), now).callId());
  }

  @Test
  void onlyHolderReleasesKey() {
    store.claim(key, claim("one"), now);
    store.release(key, "two");
    assertEquals(claim("one"), store.claim(key, claim("two"), now));
    store.release(key, "one");
    store.release(key, "one");

    assertEquals(claim("two"), store.claim(key, claim("two"), now));
  }

  @Test
  void expiredClaimReleasesKey() {
    store.claim(key, claim("one"), now);
    assertEquals(claim("one"), store.claim(key, claim("two"), now.plusSeconds(59)));
    assertEquals(claim("two"), store.claim(key, claim("two"), now.plusSeconds(60)));
  }

  @Test
  void completingWithoutClaimDoesNothing() {
    store.complete(key, "one", CallId.next(Clock.systemUTC()));
    assertEquals(claim("two"), store.claim(key, claim("two"), now));
  }

  @Test
  void oneOfConcurrentClaimsHoldsKey() throws InterruptedException {
    List<Callable<Claim>> claims =
        IntStream.range(0, 16)
            .<Callable<Claim>>mapToObj(i -> () -> store.claim(key, claim("holder " + i), now))
            .toList();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      assertEquals(1, threads.invokeAll(claims).stream().map(Future::resultNow).distinct().count());
    }
  }
}
