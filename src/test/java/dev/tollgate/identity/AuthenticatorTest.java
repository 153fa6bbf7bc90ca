package dev.tollgate.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.identity.KeyRing.Issued;
import dev.tollgate.identity.VirtualKey.Grant;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class AuthenticatorTest {
  private static final Allowance ALLOWANCE = new Allowance(Set.of("claude-*"), Set.of("rag"));

  private Instant now = Instant.parse("2026-11-22T10:00:00Z");
  private final Clock clock = ((InstantSource) () -> now).withZone(ZoneOffset.UTC);
  private final InMemoryKeyStore keys = new InMemoryKeyStore();
  private final KeyRing ring = new KeyRing(keys, clock);
  private final Authenticator authenticator = new Authenticator(keys, clock, Duration.ofMinutes(1));

  @Test
  void knowsWhomItGaveAKeyAndForWhat() {
    Issued issued = issue(Optional.empty());

    assertEquals(
        Optional.of(
            new Caller(
                issued.key().id(), issued.key().id(), "search", Set.of(Role.INVOKE), ALLOWANCE)),
        authenticator.authenticate(issued.secret()));
  }

  @Test
  void doesNotKnowAnotherSecret() {
    issue(Optional.empty());

    assertEquals(Optional.empty(), authenticator.authenticate(new Secret("tg_" + "A".repeat(43))));
  }

  @Test
  void aRevokedKeyWorksForAMinuteAtMostWhereItWasJustUsed() {
    Issued issued = issue(Optional.empty());
    assertTrue(knows(issued));
    ring.revoke(issued.key().id(), "direct", Optional.empty());

    now = now.plus(Duration.ofSeconds(59));
    assertTrue(knows(issued));
    now = now.plus(Duration.ofSeconds(1));
    assertFalse(knows(issued));
  }

  @Test
  void aRevokedKeyDoesNotWorkAtAllWhereItWasNotUsed() {
    Issued issued = issue(Optional.empty());
    ring.revoke(issued.key().id(), "direct", Optional.empty());

    assertFalse(knows(issued));
  }

  @Test
  void noVerdictOutlivesTheKey() {
    Issued issued = issue(Optional.of(now.plusSeconds(10)));

    assertTrue(knows(issued));
    now = now.plusSeconds(10).minusMillis(1);
    assertTrue(knows(issued));
    now = now.plusMillis(1);
    assertFalse(knows(issued));
  }

  @Test
  void bothSecretsWorkInTheOverlapOfARotation() {
    Issued old = issue(Optional.empty());
    KeyRing.Rotation.Rotated rotated =
        (KeyRing.Rotation.Rotated)
            ring.rotate(old.key().id(), Duration.ofSeconds(20), "direct", Optional.empty());

    assertTrue(knows(old));
    assertTrue(knows(rotated.issued()));
    now = now.plusSeconds(20);
    assertFalse(knows(old));
    assertTrue(knows(rotated.issued()));
  }

  @Test
  void takesOnlyWhatIsShapedLikeASecret() {
    assertEquals(Optional.empty(), Secret.parse("sk-ant-123"));
    assertEquals(Optional.empty(), Secret.parse("tg_short"));
    assertEquals(Optional.empty(), Secret.parse(""));
  }

  private Issued issue(Optional<Instant> expiry) {
    return ring.create(
        new Grant(Optional.empty(), "search", Set.of(Role.INVOKE), ALLOWANCE, expiry), "direct");
  }

  private boolean knows(Issued issued) {
    return authenticator.authenticate(issued.secret()).isPresent();
  }
}
