package dev.tollgate.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.audit.Act;
import dev.tollgate.audit.Chain;
import dev.tollgate.audit.ChainEnd;
import dev.tollgate.audit.Event;
import dev.tollgate.audit.EventType;
import dev.tollgate.identity.KeyRing.Issued;
import dev.tollgate.identity.KeyRing.Revocation;
import dev.tollgate.identity.KeyRing.Rotation;
import dev.tollgate.identity.VirtualKey.Grant;
import dev.tollgate.identity.VirtualKey.Status;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link KeyStore} must do, alone and under the key ring. */
abstract class KeyStoreContract {
  private static final Duration DAY = Duration.ofDays(1);
  private static final Grant GRANT = new Grant("search", Set.of(Role.INVOKE, Role.PREVIEW));
  private static final String UNKNOWN = "key_01jd8w00000000000000000000";

  private Instant now = Instant.parse("2026-11-22T10:00:00Z");
  private final Clock clock = ((InstantSource) () -> now).withZone(ZoneOffset.UTC);
  private KeyStore store;
  private KeyRing ring;

  /** Returns an empty store. */
  abstract KeyStore newStore();

  @BeforeEach
  void makeStore() {
    store = newStore();
    ring = new KeyRing(store, clock);
  }

  @Test
  void beginsWithNothing() {
    assertEquals(Optional.empty(), store.findBySecretHash("0".repeat(64)));
    assertEquals(Optional.empty(), store.findById(UNKNOWN));
    assertEquals(List.of(), store.list(Optional.empty(), 10));
    assertEquals(List.of(), store.events().newest(Long.MAX_VALUE, 10));
    assertEquals(ChainEnd.NONE, store.events().end());
    assertEquals(new Chain.Intact(), store.events().verify());
  }

  @Test
  void readsBackWhatWasMade() {
    Grant grant =
        new Grant(
            Optional.of("Suche 🔑"),
            "search",
            Set.of(Role.INVOKE, Role.FINANCE),
            new Allowance(Set.of("claude-haiku-4-5", "gpt-*"), Set.of("rag", "greeting")),
            Optional.of(now.plus(DAY)));
    Issued issued = ring.create(grant, "direct");

    assertEquals(grant, issued.key().grant());
    assertEquals("direct", issued.key().createdBy());
    assertEquals(Optional.of(issued.key()), store.findBySecretHash(issued.secret().hash()));
    assertEquals(
        Optional.of(new KeyStore.Entry(issued.secret().hash(), issued.key())),
        store.findById(issued.key().id()));
  }

  @Test
  void readsBackARotatedAndRevokedKey() {
    Issued first = ring.create(GRANT, "direct");
    now = now.plusMillis(1);
    Issued second = rotated(ring.rotate(first.key().id(), DAY, "ada", Optional.empty()));
    VirtualKey revoked = revoked(ring.revoke(first.key().id(), "ada", Optional.empty()));

    assertEquals(Optional.of(now.plus(DAY)), revoked.retiresAt());
    assertEquals(Optional.of(now), revoked.revokedAt());
    assertEquals(Optional.of(revoked), store.findBySecretHash(first.secret().hash()));
    assertEquals(Optional.of(second.key()), store.findBySecretHash(second.secret().hash()));
    assertEquals(List.of(second.key(), revoked), newest(10));
  }

  @Test
  void listsNewestFirstInPages() {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      ids.addFirst(ring.create(GRANT, "direct").key().id());
      now = now.plusMillis(1);
    }

    assertEquals(ids.subList(0, 3), ids(store.list(Optional.empty(), 3)));
    assertEquals(ids.subList(3, 6), ids(store.list(Optional.of(ids.get(2)), 3)));
    assertEquals(ids.subList(6, 7), ids(store.list(Optional.of(ids.get(5)), 3)));
    assertEquals(List.of(), ids(store.list(Optional.of(ids.get(6)), 3)));
  }

  @Test
  void commitsOnlyWhatFollowsTheEnd() {
    KeyStore.Entry entry =
        new KeyStore.Entry("a".repeat(64), ring.create(GRANT, "direct").key().revoked(now));
    ChainEnd end = store.events().end();
    Event late = ChainEnd.NONE.next(KeyStore.SUBJECT, act());
    Event early = new ChainEnd(end.length() + 1, end.hash()).next(KeyStore.SUBJECT, act());
    Event other = new ChainEnd(1, "f".repeat(64)).next(KeyStore.SUBJECT, act());

    for (Event stray : List.of(late, early, other)) {
      assertEquals(new KeyStore.Result.Conflict(), store.commit(stray, List.of(entry)));
    }
    assertEquals(end, store.events().end());
    assertEquals(Optional.empty(), store.findBySecretHash("a".repeat(64)));
    Event next = end.next(KeyStore.SUBJECT, act());
    while (store.events().end().equals(end)) {
      store.commit(next, List.of(entry));
    }
    assertEquals(end.after(next), store.events().end());
    assertEquals(new KeyStore.Result.Conflict(), store.commit(next, List.of()));
    assertEquals(Optional.of(entry.key()), store.findBySecretHash("a".repeat(64)));
  }

  @Test
  void everyChangeIsAnEvent() {
    String first = ring.create(GRANT, "direct").key().id();
    String second = rotated(ring.rotate(first, DAY, "key_ada", Optional.of("yearly"))).key().id();
    ring.revoke(first, "key_eve", Optional.of("leaked"));

    List<Event> events = store.events().newest(Long.MAX_VALUE, 10);
    assertEquals(
        List.of(
            Act.of(EventType.REVOKE_KEY, "key_eve", now)
                .about(first)
                .moving(Optional.of("active"), "revoked")
                .because(Optional.of("leaked")),
            Act.of(EventType.ROTATE_KEY, "key_ada", now)
                .about(first)
                .moving(Optional.of(first), second)
                .because(Optional.of("yearly")),
            Act.of(EventType.CREATE_KEY, "direct", now)
                .about(first)
                .moving(Optional.empty(), "search: invoke,preview")),
        events.stream().map(Event::act).toList());
    assertEquals(List.of(3L, 2L, 1L), events.stream().map(Event::number).toList());
    assertEquals(events.subList(1, 2), store.events().newest(3, 1));
    assertEquals(new Chain.Intact(), store.events().verify());
  }

  @Test
  void aRotatedKeyIsForTheSameAndBothWorkInTheOverlap() {
    Grant grant =
        new Grant(
            Optional.of("batch"),
            "search",
            Set.of(Role.INVOKE),
            new Allowance(Set.of("claude-*"), Set.of("rag")),
            Optional.of(now.plus(Duration.ofDays(30))));
    Issued old = ring.create(grant, "direct");
    Issued fresh = rotated(ring.rotate(old.key().id(), DAY, "direct", Optional.empty()));

    assertEquals(grant, fresh.key().grant());
    assertEquals(Optional.of(old.key().id()), fresh.key().rotatedFrom());
    assertNotEquals(old.key().id(), fresh.key().id());
    assertNotEquals(old.secret().value(), fresh.secret().value());
    assertEquals(Status.ACTIVE, stored(old).status(now.plus(DAY).minusMillis(1)));
    assertEquals(Status.EXPIRED, stored(old).status(now.plus(DAY)));
    assertEquals(Status.ACTIVE, stored(fresh).status(now.plus(DAY)));
  }

  @Test
  void anOverlapNeverLengthensAKeysLife() {
    Instant expiry = now.plus(Duration.ofHours(1));
    Issued old =
        ring.create(
            new Grant(
                Optional.empty(),
                "search",
                Set.of(Role.INVOKE),
                Allowance.ALL,
                Optional.of(expiry)),
            "direct");
    ring.rotate(old.key().id(), DAY, "direct", Optional.empty());
    assertEquals(Optional.of(expiry), stored(old).ends());

    Issued endless = ring.create(GRANT, "direct");
    ring.rotate(endless.key().id(), Duration.ofHours(1), "direct", Optional.empty());
    ring.rotate(endless.key().id(), DAY, "direct", Optional.empty());
    assertEquals(Optional.of(now.plus(Duration.ofHours(1))), stored(endless).ends());
  }

  @Test
  void theKeyOfASecondRotationDoesNotEndWithTheOverlapOfTheFirst() {
    Issued old = ring.create(GRANT, "direct");
    ring.rotate(old.key().id(), DAY, "direct", Optional.empty());
    Issued second = rotated(ring.rotate(old.key().id(), DAY, "direct", Optional.empty()));

    assertEquals(Optional.empty(), second.key().ends());
  }

  @Test
  void whatHasEndedIsNotRotated() {
    Issued revoked = ring.create(GRANT, "direct");
    ring.revoke(revoked.key().id(), "direct", Optional.empty());
    Issued retired = ring.create(GRANT, "direct");
    ring.rotate(retired.key().id(), Duration.ZERO, "direct", Optional.empty());
    ChainEnd end = store.events().end();

    assertEquals(
        new Rotation.Ended(Status.REVOKED),
        ring.rotate(revoked.key().id(), DAY, "direct", Optional.empty()));
    assertEquals(
        new Rotation.Ended(Status.EXPIRED),
        ring.rotate(retired.key().id(), DAY, "direct", Optional.empty()));
    assertEquals(new Rotation.UnknownKey(), ring.rotate(UNKNOWN, DAY, "direct", Optional.empty()));
    assertEquals(end, store.events().end());
  }

  @Test
  void revokingTwiceIsHarmless() {
    Issued issued = ring.create(GRANT, "direct");
    VirtualKey first = revoked(ring.revoke(issued.key().id(), "ada", Optional.empty()));
    ChainEnd end = store.events().end();
    now = now.plus(DAY);

    assertEquals(
        new Revocation.Revoked(first), ring.revoke(issued.key().id(), "eve", Optional.empty()));
    assertEquals(end, store.events().end());
    assertEquals(new Revocation.UnknownKey(), ring.revoke(UNKNOWN, "eve", Optional.empty()));
  }

  @Test
  void parallelCreationsLeaveAnIntactChain() throws Exception {
    inParallel(
        IntStream.range(0, 32)
            .<Runnable>mapToObj(i -> () -> ring.create(GRANT, "worker-" + i))
            .toList());

    assertEquals(32, newest(100).stream().map(VirtualKey::id).distinct().count());
    assertEquals(32, store.events().end().length());
    assertEquals(
        32,
        store.events().newest(Long.MAX_VALUE, 100).stream()
            .map(event -> event.act().actor())
            .distinct()
            .count());
    assertEquals(new Chain.Intact(), store.events().verify());
  }

  @Test
  void ofParallelRevocationsOneIsAnEvent() throws Exception {
    String id = ring.create(GRANT, "direct").key().id();
    inParallel(
        IntStream.range(0, 8)
            .<Runnable>mapToObj(i -> () -> ring.revoke(id, "worker-" + i, Optional.empty()))
            .toList());

    assertEquals(2, store.events().end().length());
    assertEquals(new Chain.Intact(), store.events().verify());
  }

  @Test
  void nothingThatIsKeptOrPrintedHoldsASecret() {
    Issued issued = ring.create(GRANT, "direct");
    String kept = newest(10) + " " + store.events().newest(Long.MAX_VALUE, 10) + issued;

    assertFalse(kept.contains(issued.secret().value()));
    assertTrue(issued.toString().contains("tg_***"));
  }

  private static void inParallel(List<Runnable> tasks)
      throws InterruptedException, ExecutionException {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<? extends Future<?>> running = tasks.stream().map(threads::submit).toList();
      for (Future<?> task : running) {
        task.get();
      }
    }
  }

  private Act act() {
    return Act.of(EventType.CREATE_KEY, "ada", now);
  }

  private VirtualKey stored(Issued issued) {
    return store.findBySecretHash(issued.secret().hash()).orElseThrow();
  }

  private List<VirtualKey> newest(int limit) {
    return store.list(Optional.empty(), limit);
  }

  private static List<String> ids(List<VirtualKey> keys) {
    return keys.stream().map(VirtualKey::id).toList();
  }

  private static Issued rotated(Rotation rotation) {
    return assertInstanceOf(Rotation.Rotated.class, rotation).issued();
  }

  private static VirtualKey revoked(Revocation revocation) {
    return assertInstanceOf(Revocation.Revoked.class, revocation).key();
  }
}
