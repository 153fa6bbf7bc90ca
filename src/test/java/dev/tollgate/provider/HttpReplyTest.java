package dev.tollgate.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.tollgate.provider.ModelProvider.Reply;
import dev.tollgate.secret.InMemorySecrets;
import dev.tollgate.secret.Secrets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HttpReplyTest {
  private final List<String> keys = new ArrayList<>();

  private Reply ask(String key) {
    return HttpReply.withKey(
        new InMemorySecrets(Map.of(Secrets.ANTHROPIC, key)),
        Secrets.ANTHROPIC,
        used -> {
          keys.add(used);
          return new Reply.TimedOut();
        });
  }

  @Test
  void theEndOfALineIsNoPartOfAKey() {
    ask("sk-ant-1\n");

    assertEquals(List.of("sk-ant-1"), keys);
  }

  /** Clients of HTTP say in their logs what they cannot send. */
  @ParameterizedTest
  @ValueSource(strings = {"sk-ant-1\nsk-ant-2", "sk ant", "sk-\u00e4", ""})
  void whatCannotBeAKeyIsNeitherTriedNorTold(String key) {
    String remedy = assertInstanceOf(Reply.Misconfigured.class, ask(key)).remedy();

    assertEquals(List.of(), keys);
    assertFalse(remedy.contains("sk"), remedy);
  }
}
