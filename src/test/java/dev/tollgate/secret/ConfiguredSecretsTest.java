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
  private Map<String, String> inVault =
      Map.of(Secrets.OPENAI_API_KEY, "old", Secrets.CACHE_KEY, "sign");
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
  void environmentOverridesSource() {
    Secrets secrets = secrets(Optional.of("mine"));

    assertEquals(Optional.of("mine"), secrets.find(Secrets.ANTHROPIC_API_KEY));
    assertEquals(0, opened);
    assertEquals(Optional.of("old"), secrets.find(Secrets.OPENAI_API_KEY));
    assertEquals(Optional.of("sign"), secrets.find(Secrets.CACHE_KEY));
    assertEquals(1, opened);
  }

  /** For example, an empty key disables the cache. */
  @Test
  void blankSecretIsAbsent() {
    inVault = Map.of(Secrets.CACHE_KEY, "", Secrets.OPENAI_API_KEY, " \n");

    assertEquals(Optional.empty(), secrets(Optional.empty()).find(Secrets.CACHE_KEY));
    assertEquals(Optional.empty(), secrets(Optional.empty()).find(Secrets.OPENAI_API_KEY));
  }

  @Test
  void blankVariableDoesNotHideSource() {
    inVault = Map.of(Secrets.ANTHROPIC_API_KEY, "kept");

    assertEquals(Optional.of("kept"), secrets(Optional.of(" ")).find(Secrets.ANTHROPIC_API_KEY));
  }

  @Test
  void readsRotatedSecretAfterFiveMinutes() {
    Secrets secrets = secrets(Optional.empty());
    secrets.find(Secrets.OPENAI_API_KEY);
    inVault = Map.of(Secrets.OPENAI_API_KEY, "new");
    now = now.plusSeconds(299);
    assertEquals(Optional.of("old"), secrets.find(Secrets.OPENAI_API_KEY));
    now = now.plusSeconds(1);
    assertEquals(Optional.of("new"), secrets.find(Secrets.OPENAI_API_KEY));
  }

  @Test
  void rereadsInvalidatedSecretAtMostEveryTenSeconds() {
    Secrets secrets = secrets(Optional.empty());
    secrets.find(Secrets.OPENAI_API_KEY);
    inVault = Map.of(Secrets.OPENAI_API_KEY, "new");
    secrets.invalidate();
    assertEquals(Optional.of("new"), secrets.find(Secrets.OPENAI_API_KEY));
    inVault = Map.of(Secrets.OPENAI_API_KEY, "newest");
    now = now.plusSeconds(9);
    secrets.invalidate();
    assertEquals(Optional.of("new"), secrets.find(Secrets.OPENAI_API_KEY));
    now = now.plusSeconds(1);
    secrets.invalidate();
    assertEquals(Optional.of("newest"), secrets.find(Secrets.OPENAI_API_KEY));
    assertEquals(3, opened);
  }

  @Test
  void keepsInvalidatedSecretWhileSourceIsUnavailable() {
    Secrets secrets = secrets(Optional.empty());
    secrets.find(Secrets.OPENAI_API_KEY);
    closed = true;
    secrets.invalidate();

    assertEquals(Optional.of("old"), secrets.find(Secrets.OPENAI_API_KEY));
    assertEquals(Optional.of("sign"), secrets.find(Secrets.CACHE_KEY));
  }

  @Test
  void keepsSecretsWhileSourceIsUnavailable() {
    Secrets secrets = secrets(Optional.empty());
    secrets.find(Secrets.OPENAI_API_KEY);
    closed = true;
    now = now.plusSeconds(400);

    assertEquals(Optional.of("old"), secrets.find(Secrets.OPENAI_API_KEY));
    assertEquals(Optional.empty(), secrets.find(Secrets.ANTHROPIC_API_KEY));
  }

  @Test
  void doesNotReadUnavailableSourceForEachCall() {
    Secrets secrets = secrets(Optional.empty());
    closed = true;
    secrets.find(Secrets.OPENAI_API_KEY);
    now = now.plusSeconds(9);
    secrets.find(Secrets.CACHE_KEY);
    assertEquals(1, opened);

    closed = false;
    now = now.plusSeconds(1);
    assertEquals(Optional.of("old"), secrets.find(Secrets.OPENAI_API_KEY));
  }
}
