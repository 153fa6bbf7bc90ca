package dev.tollgate.secret;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ConfiguredSecretsTest {
  private Instant now = Instant.parse("2026-11-23T10:00:00Z");
  private final Clock clock = ((InstantSource) () -> now).withZone(ZoneOffset.UTC);
  private Map<String, String> inVault = Map.of(Secrets.OPENAI, "old", Secrets.CACHE, "sign");
  private boolean closed;
  private int opened;

  private Secrets secrets(Optional<String> anthropic) {
    return new ConfiguredSecrets(
        _ -> open(),
        Optional.of("arn"),
        clock,
        anthropic,
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  private Map<String, String> open() {
    opened++;
    if (closed) {
      throw new IllegalStateException("closed");
    }
    return inVault;
  }

  @Test
  void theEnvironmentGoesBeforeTheVault() {
    Secrets secrets = secrets(Optional.of("mine"));

    assertEquals(Optional.of("mine"), secrets.find(Secrets.ANTHROPIC));
    assertEquals(0, opened);
    assertEquals(Optional.of("old"), secrets.find(Secrets.OPENAI));
    assertEquals(Optional.of("sign"), secrets.find(Secrets.CACHE));
    assertEquals(1, opened);
  }

  /** Such as a key that was emptied to switch the cache off. */
  @Test
  void whatIsBlankIsNotConfigured() {
    inVault = Map.of(Secrets.CACHE, "", Secrets.OPENAI, " \n");

    assertEquals(Optional.empty(), secrets(Optional.empty()).find(Secrets.CACHE));
    assertEquals(Optional.empty(), secrets(Optional.empty()).find(Secrets.OPENAI));
  }

  @Test
  void aBlankInTheEnvironmentDoesNotHideTheVault() {
    inVault = Map.of(Secrets.ANTHROPIC, "kept");

    assertEquals(Optional.of("kept"), secrets(Optional.of(" ")).find(Secrets.ANTHROPIC));
  }

  @Test
  void aReplacedSecretIsKnownAfterFiveMinutes() {
    Secrets secrets = secrets(Optional.empty());
    secrets.find(Secrets.OPENAI);
    inVault = Map.of(Secrets.OPENAI, "new");
    now = now.plusSeconds(299);
    assertEquals(Optional.of("old"), secrets.find(Secrets.OPENAI));
    now = now.plusSeconds(1);
    assertEquals(Optional.of("new"), secrets.find(Secrets.OPENAI));
  }

  @Test
  void aRefusedSecretIsLookedUpAgainButNotEachTime() {
    Secrets secrets = secrets(Optional.empty());
    secrets.find(Secrets.OPENAI);
    inVault = Map.of(Secrets.OPENAI, "new");
    secrets.forget();
    assertEquals(Optional.of("new"), secrets.find(Secrets.OPENAI));
    inVault = Map.of(Secrets.OPENAI, "newest");
    now = now.plusSeconds(9);
    secrets.forget();
    assertEquals(Optional.of("new"), secrets.find(Secrets.OPENAI));
    now = now.plusSeconds(1);
    secrets.forget();
    assertEquals(Optional.of("newest"), secrets.find(Secrets.OPENAI));
    assertEquals(3, opened);
  }

  @Test
  void aRefusedSecretIsKeptWhileTheVaultIsClosed() {
    Secrets secrets = secrets(Optional.empty());
    secrets.find(Secrets.OPENAI);
    closed = true;
    secrets.forget();

    assertEquals(Optional.of("old"), secrets.find(Secrets.OPENAI));
    assertEquals(Optional.of("sign"), secrets.find(Secrets.CACHE));
  }

  @Test
  void aClosedVaultLeavesWhatWasKnown() {
    Secrets secrets = secrets(Optional.empty());
    secrets.find(Secrets.OPENAI);
    closed = true;
    now = now.plusSeconds(400);

    assertEquals(Optional.of("old"), secrets.find(Secrets.OPENAI));
    assertEquals(Optional.empty(), secrets.find(Secrets.ANTHROPIC));
  }

  @Test
  void aClosedVaultIsNotAskedForEachCall() {
    Secrets secrets = secrets(Optional.empty());
    closed = true;
    secrets.find(Secrets.OPENAI);
    now = now.plusSeconds(9);
    secrets.find(Secrets.CACHE);
    assertEquals(1, opened);

    closed = false;
    now = now.plusSeconds(1);
    assertEquals(Optional.of("old"), secrets.find(Secrets.OPENAI));
  }
}
