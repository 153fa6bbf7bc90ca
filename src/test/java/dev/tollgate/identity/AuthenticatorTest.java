package dev.tollgate.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.identity.KeyService.IssuedKey;
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
  private static final KeyRestrictions ALLOWANCE =
      new KeyRestrictions(Set.of("claude-*"), Set.of("rag"));

  private Instant now = Instant.parse("2026-11-22T10:00:00Z");
  private final Clock clock = ((InstantSource) () -> now).withZone(ZoneOffset.UTC);
  private final InMemoryKeyStore keys = new InMemoryKeyStore();
  private final KeyService ring = new KeyService(keys, clock);
  private final Authenticator authenticator = new Authenticator(keys, clock, Duration.ofMinutes(1));

  @Test
  void returnsCallerWithRoles() {
    IssuedKey issued = issue(Optional.empty());

    assertEquals(
        Optional.of(
            new Caller(
                issued.key().id(), issued.key().id(), "search", Set.of(Role.INVOKE), ALLOWANCE)),
        authenticator.authenticate(issued.secret()));
  }

  @Test
  void rejectsUnknownSecret() {
    issue(Optional.empty());

    assertEquals(
        Optional.empty(), authenticator.authenticate(new KeySecret("tg_" + "A".repeat(43))));
  }

  @Test
  void cachedKeyWorksAMinuteAfterRevocation() {
    IssuedKey issued = issue(Optional.empty());
    assertTrue(knows(issued));
    ring.revoke(issued.key().id(), "direct", Optional.empty());

    now = now.plus(Duration.ofSeconds(59));
    assertTrue(knows(issued));
    now = now.plus(Duration.ofSeconds(1));
    assertFalse(knows(issued));
  }

  @Test
  void uncachedKeyStopsWithRevocation() {
    IssuedKey issued = issue(Optional.empty());
    ring.revoke(issued.key().id(), "direct", Optional.empty());

    assertFalse(knows(issued));
  }

  @Test
  void cachedCallerExpiresWithKey() {
    IssuedKey issued = issue(Optional.of(now.plusSeconds(10)));

    assertTrue(knows(issued));
    now = now.plusSeconds(10).minusMillis(1);
    assertTrue(knows(issued));
    now = now.plusMillis(1);
    assertFalse(knows(issued));
  }

  @Test
  void bothSecretsWorkDuringOverlap() {
    IssuedKey old = issue(Optional.empty());
    KeyService.RotationResult.Rotated rotated =
        (KeyService.RotationResult.Rotated)
            ring.rotate(old.key().id(), Duration.ofSeconds(20), "direct", Optional.empty());

    assertTrue(knows(old));
    assertTrue(knows(rotated.issued()));
    now = now.plusSeconds(20);
    assertFalse(knows(old));
    assertTrue(knows(rotated.issued()));
  }

  @Test
  void rejectsMalformedSecret() {
    assertEquals(Optional.empty(), KeySecret.parse("sk-ant-123"));
    assertEquals(Optional.empty(), KeySecret.parse("tg_short"));
    assertEquals(Optional.empty(), KeySecret.parse(""));
  }

  private IssuedKey issue(Optional<Instant> expiry) {
    return ring.create(
        new Grant(Optional.empty(), "search", Set.of(Role.INVOKE), ALLOWANCE, expiry), "direct");
  }

  private boolean knows(IssuedKey issued) {
    return authenticator.authenticate(issued.secret()).isPresent();
  }
}
