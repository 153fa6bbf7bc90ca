package dev.tollgate.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class AuthenticatorTest {
  private Instant now = Instant.parse("2026-11-22T10:00:00Z");
  private final Clock clock = ((InstantSource) () -> now).withZone(ZoneOffset.UTC);
  private final InMemoryKeyStore keys = new InMemoryKeyStore();
  private final Authenticator authenticator = new Authenticator(keys, clock);

  @Test
  void knowsWhomItGaveAKey() {
    KeyIssuer.Issued issued = new KeyIssuer(keys, clock).issue("search", Set.of(Role.INVOKE));

    assertEquals(
        Optional.of(new Caller(issued.key().id(), "search", Set.of(Role.INVOKE))),
        authenticator.authenticate(issued.secret()));
  }

  @Test
  void doesNotKnowAnotherSecret() {
    new KeyIssuer(keys, clock).issue("search", Set.of(Role.INVOKE));

    assertEquals(Optional.empty(), authenticator.authenticate(new Secret("tg_" + "A".repeat(43))));
  }

  @Test
  void holdsAVerdictForAMinute() {
    KeyIssuer.Issued issued = new KeyIssuer(keys, clock).issue("search", Set.of(Role.INVOKE));
    authenticator.authenticate(issued.secret());
    keys.keys.clear();

    now = now.plus(Duration.ofSeconds(59));
    assertEquals(true, authenticator.authenticate(issued.secret()).isPresent());
    now = now.plus(Duration.ofSeconds(1));
    assertEquals(false, authenticator.authenticate(issued.secret()).isPresent());
  }

  @Test
  void storesAndPrintsNoSecret() {
    KeyIssuer.Issued issued = new KeyIssuer(keys, clock).issue("search", Set.of(Role.INVOKE));

    assertFalse(keys.keys.toString().contains(issued.secret().value()));
    assertFalse(issued.toString().contains(issued.secret().value()));
  }

  @Test
  void takesOnlyWhatIsShapedLikeASecret() {
    assertEquals(Optional.empty(), Secret.parse("sk-ant-123"));
    assertEquals(Optional.empty(), Secret.parse("tg_short"));
    assertEquals(Optional.empty(), Secret.parse(""));
  }

  private static final class InMemoryKeyStore implements KeyStore {
    private final Map<String, VirtualKey> keys = new HashMap<>();

    @Override
    public Optional<VirtualKey> find(String secretHash) {
      return Optional.ofNullable(keys.get(secretHash));
    }

    @Override
    public void add(String secretHash, VirtualKey key) {
      keys.put(secretHash, key);
    }
  }
}
