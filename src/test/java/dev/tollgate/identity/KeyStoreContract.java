package dev.tollgate.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.audit.AuditEntry;
import dev.tollgate.audit.AuditEvent;
import dev.tollgate.audit.AuditEventType;
import dev.tollgate.audit.ChainHead;
import dev.tollgate.audit.ChainVerification;
import dev.tollgate.identity.KeyService.IssuedKey;
import dev.tollgate.identity.KeyService.RevocationResult;
import dev.tollgate.identity.KeyService.RotationResult;
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

/** The contract of {@link KeyStore}, alone and with {@link KeyService}. */
abstract class KeyStoreContract {
  private static final Duration DAY = Duration.ofDays(1);
  private static final Grant GRANT = new Grant("search", Set.of(Role.INVOKE, Role.PREVIEW));
  private static final String UNKNOWN = "key_01jd8w00000000000000000000";

  private Instant now = Instant.parse("2026-11-22T10:00:00Z");
  private final Clock clock = ((InstantSource) () -> now).withZone(ZoneOffset.UTC);
  private KeyStore store;
  private KeyService ring;

  /** Returns an empty store. */
  abstract KeyStore newStore();

  @BeforeEach
  void createStore() {
    store = newStore();
    ring = new KeyService(store, clock);
  }

  @Test
  void newStoreIsEmpty() {
    assertEquals(Optional.empty(), store.findBySecretHash("0".repeat(64)));
    assertEquals(Optional.empty(), store.findById(UNKNOWN));
    assertEquals(List.of(), store.list(Optional.empty(), 10));
    assertEquals(List.of(), store.auditLog().findNewest(Long.MAX_VALUE, 10));
    assertEquals(ChainHead.NONE, store.auditLog().head());
    assertEquals(new ChainVerification.Intact(), store.auditLog().verify());
  }

  @Test
  void readsCreatedKey() {
    Grant grant =
        new Grant(
            Optional.of("Suche 🔑"),
            "search",
            Set.of(Role.INVOKE, Role.FINANCE),
            new KeyRestrictions(Set.of("claude-haiku-4-5", "gpt-*"), Set.of("rag", "greeting")),
            Optional.of(now.plus(DAY)));
    IssuedKey issued = ring.create(grant, "direct");

    assertEquals(grant, issued.key().grant());
    assertEquals("direct", issued.key().createdBy());
    assertEquals(Optional.of(issued.key()), store.findBySecretHash(issued.secret().hash()));
    assertEquals(
        Optional.of(new KeyStore.Entry(issued.secret().hash(), issued.key())),
        store.findById(issued.key().id()));
  }

  @Test
  void readsRotatedAndRevokedKey() {
    IssuedKey first = ring.create(GRANT, "direct");
    now = now.plusMillis(1);
    IssuedKey second = rotated(ring.rotate(first.key().id(), DAY, "ada", Optional.empty()));
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
  void commitRequiresCurrentEnd() {
    KeyStore.Entry entry =
        new KeyStore.Entry("a".repeat(64), ring.create(GRANT, "direct").key().withRevokedAt(now));
    ChainHead end = store.auditLog().head();
    AuditEvent late = ChainHead.NONE.nextEvent(KeyStore.AUDIT_SUBJECT, act());
    AuditEvent early =
        new ChainHead(end.length() + 1, end.hash()).nextEvent(KeyStore.AUDIT_SUBJECT, act());
    AuditEvent other = new ChainHead(1, "f".repeat(64)).nextEvent(KeyStore.AUDIT_SUBJECT, act());

    for (AuditEvent stray : List.of(late, early, other)) {
      assertEquals(new KeyStore.CommitResult.Conflict(), store.commit(stray, List.of(entry)));
    }
    assertEquals(end, store.auditLog().head());
    assertEquals(Optional.empty(), store.findBySecretHash("a".repeat(64)));
    AuditEvent next = end.nextEvent(KeyStore.AUDIT_SUBJECT, act());
    while (store.auditLog().head().equals(end)) {
      store.commit(next, List.of(entry));
    }
    assertEquals(end.advanceTo(next), store.auditLog().head());
    assertEquals(new KeyStore.CommitResult.Conflict(), store.commit(next, List.of()));
    assertEquals(Optional.of(entry.key()), store.findBySecretHash("a".repeat(64)));
  }

  @Test
  void auditLogRecordsEveryChange() {
    String first = ring.create(GRANT, "direct").key().id();
    String second = rotated(ring.rotate(first, DAY, "key_ada", Optional.of("yearly"))).key().id();
    ring.revoke(first, "key_eve", Optional.of("leaked"));

    List<AuditEvent> events = store.auditLog().findNewest(Long.MAX_VALUE, 10);
    assertEquals(
        List.of(
            AuditEntry.of(AuditEventType.REVOKE_KEY, "key_eve", now)
                .target(first)
                .change(Optional.of("active"), "revoked")
                .reason(Optional.of("leaked")),
            AuditEntry.of(AuditEventType.ROTATE_KEY, "key_ada", now)
                .target(first)
                .change(Optional.of(first), second)
                .reason(Optional.of("yearly")),
            AuditEntry.of(AuditEventType.CREATE_KEY, "direct", now)
                .target(first)
                .change(Optional.empty(), "search: invoke,preview")),
        events.stream().map(AuditEvent::entry).toList());
    assertEquals(List.of(3L, 2L, 1L), events.stream().map(AuditEvent::number).toList());
    assertEquals(events.subList(1, 2), store.auditLog().findNewest(3, 1));
    assertEquals(new ChainVerification.Intact(), store.auditLog().verify());
  }

  @Test
  void rotatedKeyHasSameGrantAndBothWorkDuringOverlap() {
    Grant grant =
        new Grant(
            Optional.of("batch"),
            "search",
            Set.of(Role.INVOKE),
            new KeyRestrictions(Set.of("claude-*"), Set.of("rag")),
            Optional.of(now.plus(Duration.ofDays(30))));
    IssuedKey old = ring.create(grant, "direct");
    IssuedKey fresh = rotated(ring.rotate(old.key().id(), DAY, "direct", Optional.empty()));

    assertEquals(grant, fresh.key().grant());
    assertEquals(Optional.of(old.key().id()), fresh.key().rotatedFrom());
    assertNotEquals(old.key().id(), fresh.key().id());
    assertNotEquals(old.secret().value(), fresh.secret().value());
    assertEquals(Status.ACTIVE, stored(old).status(now.plus(DAY).minusMillis(1)));
    assertEquals(Status.EXPIRED, stored(old).status(now.plus(DAY)));
    assertEquals(Status.ACTIVE, stored(fresh).status(now.plus(DAY)));
  }

  @Test
  void overlapNeverExtendsExpiry() {
    Instant expiry = now.plus(Duration.ofHours(1));
    IssuedKey old =
        ring.create(
            new Grant(
                Optional.empty(),
                "search",
                Set.of(Role.INVOKE),
                KeyRestrictions.UNRESTRICTED,
                Optional.of(expiry)),
            "direct");
    ring.rotate(old.key().id(), DAY, "direct", Optional.empty());
    assertEquals(Optional.of(expiry), stored(old).endsAt());

    IssuedKey endless = ring.create(GRANT, "direct");
    ring.rotate(endless.key().id(), Duration.ofHours(1), "direct", Optional.empty());
    ring.rotate(endless.key().id(), DAY, "direct", Optional.empty());
    assertEquals(Optional.of(now.plus(Duration.ofHours(1))), stored(endless).endsAt());
  }

  @Test
  void secondRotationIgnoresOverlapOfFirst() {
    IssuedKey old = ring.create(GRANT, "direct");
    ring.rotate(old.key().id(), DAY, "direct", Optional.empty());
    IssuedKey second = rotated(ring.rotate(old.key().id(), DAY, "direct", Optional.empty()));

    assertEquals(Optional.empty(), second.key().endsAt());
  }

  @Test
  void rejectsRotationOfInactiveKey() {
    IssuedKey revoked = ring.create(GRANT, "direct");
    ring.revoke(revoked.key().id(), "direct", Optional.empty());
    IssuedKey retired = ring.create(GRANT, "direct");
    ring.rotate(retired.key().id(), Duration.ZERO, "direct", Optional.empty());
    ChainHead end = store.auditLog().head();

    assertEquals(
        new RotationResult.NotActive(Status.REVOKED),
        ring.rotate(revoked.key().id(), DAY, "direct", Optional.empty()));
    assertEquals(
        new RotationResult.NotActive(Status.EXPIRED),
        ring.rotate(retired.key().id(), DAY, "direct", Optional.empty()));
    assertEquals(
        new RotationResult.UnknownKey(), ring.rotate(UNKNOWN, DAY, "direct", Optional.empty()));
    assertEquals(end, store.auditLog().head());
  }

  @Test
  void secondRevocationChangesNothing() {
    IssuedKey issued = ring.create(GRANT, "direct");
    VirtualKey first = revoked(ring.revoke(issued.key().id(), "ada", Optional.empty()));
    ChainHead end = store.auditLog().head();
    now = now.plus(DAY);

    assertEquals(
        new RevocationResult.Revoked(first),
        ring.revoke(issued.key().id(), "eve", Optional.empty()));
    assertEquals(end, store.auditLog().head());
    assertEquals(new RevocationResult.UnknownKey(), ring.revoke(UNKNOWN, "eve", Optional.empty()));
  }

  @Test
  void concurrentCreationsKeepChainIntact() throws Exception {
    inParallel(
        IntStream.range(0, 32)
            .<Runnable>mapToObj(i -> () -> ring.create(GRANT, "worker-" + i))
            .toList());

    assertEquals(32, newest(100).stream().map(VirtualKey::id).distinct().count());
    assertEquals(32, store.auditLog().head().length());
    assertEquals(
        32,
        store.auditLog().findNewest(Long.MAX_VALUE, 100).stream()
            .map(event -> event.entry().actor())
            .distinct()
            .count());
    assertEquals(new ChainVerification.Intact(), store.auditLog().verify());
  }

  @Test
  void concurrentRevocationsWriteOneEvent() throws Exception {
    String id = ring.create(GRANT, "direct").key().id();
    inParallel(
        IntStream.range(0, 8)
            .<Runnable>mapToObj(i -> () -> ring.revoke(id, "worker-" + i, Optional.empty()))
            .toList());

    assertEquals(2, store.auditLog().head().length());
    assertEquals(new ChainVerification.Intact(), store.auditLog().verify());
  }

  @Test
  void secretIsNeitherStoredNorPrinted() {
    IssuedKey issued = ring.create(GRANT, "direct");
    String stored = newest(10) + " " + store.auditLog().findNewest(Long.MAX_VALUE, 10) + issued;

    assertFalse(stored.contains(issued.secret().value()));
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

  private AuditEntry act() {
    return AuditEntry.of(AuditEventType.CREATE_KEY, "ada", now);
  }

  private VirtualKey stored(IssuedKey issued) {
    return store.findBySecretHash(issued.secret().hash()).orElseThrow();
  }

  private List<VirtualKey> newest(int limit) {
    return store.list(Optional.empty(), limit);
  }

  private static List<String> ids(List<VirtualKey> keys) {
    return keys.stream().map(VirtualKey::id).toList();
  }

  private static IssuedKey rotated(RotationResult rotation) {
    return assertInstanceOf(RotationResult.Rotated.class, rotation).issued();
  }

  private static VirtualKey revoked(RevocationResult revocation) {
    return assertInstanceOf(RevocationResult.Revoked.class, revocation).key();
  }
}
