package dev.tollgate.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.tollgate.provider.ModelProvider.Reply;
import dev.tollgate.secret.InMemorySecrets;
import dev.tollgate.secret.Secrets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ProviderHttpTest {
  private static final Reply REFUSED =
      new Reply.ProviderError(401, "authentication_error", "invalid x-api-key", Optional.empty());

  private Instant now = Instant.parse("2026-11-24T10:00:00Z");
  private final Clock clock = ((InstantSource) () -> now).withZone(ZoneOffset.UTC);
  private final List<String> keys = new ArrayList<>();
  private final List<Duration> patience = new ArrayList<>();

  private Reply ask(String key) {
    return ask(new InMemorySecrets(Map.of(Secrets.ANTHROPIC_API_KEY, key)), new Reply.TimedOut());
  }

  private Reply ask(Secrets secrets, Reply reply) {
    return ProviderHttp.callWithKey(
        secrets,
        Secrets.ANTHROPIC_API_KEY,
        Duration.ofSeconds(20),
        clock,
        (used, left) -> {
          keys.add(used);
          patience.add(left);
          now = now.plusSeconds(1);
          return keys.size() == 1 ? reply : new Reply.TimedOut();
        });
  }

  /** Secrets that return another key when they are read again. */
  private static final class Replaced implements Secrets {
    private String key = "old";
    private final String next;

    Replaced(String next) {
      this.next = next;
    }

    @Override
    public Optional<String> find(String name) {
      return Optional.of(key);
    }

    @Override
    public void invalidate() {
      key = next;
    }
  }

  @Test
  void retriesWithAReplacedKeyInTheRemainingTime() {
    assertEquals(new Reply.TimedOut(), ask(new Replaced("new"), REFUSED));
    assertEquals(List.of("old", "new"), keys);
    assertEquals(List.of(Duration.ofSeconds(20), Duration.ofSeconds(19)), patience);
  }

  @ParameterizedTest
  @ValueSource(strings = {"old", "old\n", "no key"})
  void rejectedKeyIsNotRetriedUnchanged(String next) {
    assertEquals(REFUSED, ask(new Replaced(next), REFUSED));
    assertEquals(List.of("old"), keys);
  }

  @Test
  void slowSecretsShortenTheTimeout() {
    Secrets slow =
        new Secrets() {
          @Override
          public Optional<String> find(String name) {
            now = now.plusSeconds(15);
            return Optional.of("key");
          }

          @Override
          public void invalidate() {}
        };

    ask(slow, REFUSED);
    assertEquals(List.of(Duration.ofSeconds(5)), patience);

    Instant late = now.plusSeconds(15);
    Reply reply =
        ProviderHttp.callWithKey(
            slow,
            Secrets.ANTHROPIC_API_KEY,
            Duration.ofSeconds(15),
            clock,
            (_, _) -> {
              throw new AssertionError("asked when the time was up");
            });
    assertEquals(new Reply.TimedOut(), reply);
    assertEquals(late, now);
  }

  @Test
  void readsTheKeyAgainOnlyAfterARejection() {
    Reply busy = new Reply.ProviderError(529, "overloaded_error", "Busy", Optional.empty());

    assertEquals(busy, ask(new Replaced("new"), busy));
    assertEquals(List.of("old"), keys);
  }

  @Test
  void stripsLineEndsFromKeys() {
    ask("sk-ant-1\n");

    assertEquals(List.of("sk-ant-1"), keys);
  }

  /** Clients of HTTP say in their logs what they cannot send. */
  @ParameterizedTest
  @ValueSource(strings = {"sk-ant-1\nsk-ant-2", "sk ant", "sk-\u00e4", ""})
  void invalidKeyIsNeitherSentNorLogged(String key) {
    String remedy = assertInstanceOf(Reply.Misconfigured.class, ask(key)).remedy();

    assertEquals(List.of(), keys);
    assertFalse(remedy.contains("sk"), remedy);
  }
}
