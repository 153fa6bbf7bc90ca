package dev.tollgate.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.cache.TestRedis;
import dev.tollgate.endtoend.Api.Answer;
import dev.tollgate.local.Keys;
import dev.tollgate.local.LocalCloud;
import dev.tollgate.local.LocalSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** None but a whole answer is kept: looked up in Redis itself, under a team of each case's own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class AdmissionIT {
  private static final AtomicInteger TEAMS = new AtomicInteger();

  private final LocalCloud cloud;
  private final TestRedis redis;

  AdmissionIT() throws IOException, InterruptedException {
    Path data =
        Files.createTempDirectory(Files.createDirectories(Path.of("target/it")), "admission");
    cloud =
        LocalCloud.start(
            LocalSettings.of(
                Path.of("").toAbsolutePath(), data.toAbsolutePath(), Map.of("PORT", "0")));
    redis = new TestRedis(cloud.engines().redis().url(), Duration.ofSeconds(10));
  }

  @AfterAll
  void stop() {
    redis.close();
    cloud.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "max_tokens",
        "refusal",
        "tool_use",
        "pause_turn",
        "content_filter",
        "context_window",
        "unheard_of",
        "empty",
        "429",
        "529",
        "500",
        "cut-stream"
      })
  void noHalfMessageIsKept(String behaviour) throws Exception {
    keepsNothing("/v1/messages", "claude-haiku-4-5+simulate=" + behaviour, false);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "max_tokens",
        "refusal",
        "tool_use",
        "pause_turn",
        "content_filter",
        "context_window",
        "unheard_of",
        "empty",
        "429",
        "529",
        "500",
        "stream-error",
        "cut-stream",
        "cut-stream:abort"
      })
  void noHalfStreamIsKept(String behaviour) throws Exception {
    keepsNothing("/v1/messages", "claude-haiku-4-5+simulate=" + behaviour, true);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "max_tokens",
        "refusal",
        "tool_use",
        "pause_turn",
        "content_filter",
        "context_window",
        "unheard_of",
        "empty",
        "429",
        "529",
        "500",
        "cut-stream"
      })
  void noHalfCompletionIsKept(String behaviour) throws Exception {
    keepsNothing("/v1/chat/completions", "gpt-4o+simulate=" + behaviour, false);
  }

  /** What the others leave out is there when an answer is whole. */
  @ParameterizedTest
  @CsvSource({
    "/v1/messages, claude-haiku-4-5, false",
    "/v1/messages, claude-haiku-4-5, true",
    "/v1/chat/completions, gpt-4o, false"
  })
  void aWholeAnswerIsKept(String route, String model, boolean streamed) throws Exception {
    String team = newTeam();
    Answer answer = ask(team, route, model, streamed);

    assertEquals(200, answer.status());
    assertEquals(
        List.of("tollgate:answer:" + team + ":" + answer.header("x-tollgate-cache-key")),
        kept(team));
  }

  private void keepsNothing(String route, String model, boolean streamed) throws Exception {
    String team = newTeam();
    Answer answer = ask(team, route, model, streamed);

    assertNotEquals("exact", answer.header("x-tollgate-cache"));
    assertNotEquals("", answer.header("x-tollgate-call-id"), "the model was not asked");
    assertEquals(List.of(), kept(team));
  }

  private static String newTeam() {
    return "team" + TEAMS.incrementAndGet();
  }

  private Answer ask(String team, String route, String model, boolean streamed) throws Exception {
    ObjectNode body =
        Api.JSON.createObjectNode().put("model", model).put("max_tokens", 50).put("temperature", 0);
    if (streamed) {
      body.put("stream", true);
    }
    body.putArray("messages")
        .addObject()
        .put("role", "user")
        .put("content", "Context: A sector holds 512 bytes.\n\nHow many bytes does a sector hold?");
    return new Api(cloud.url(), Keys.create(cloud.lambda(), team, "invoke"))
        .send("POST", route, body.toString());
  }

  /** The team's entries; who is asking right now is noted beside them for a moment. */
  private List<String> kept(String team) {
    return redis.keys("tollgate:answer:" + team + ":*").stream()
        .filter(key -> !key.endsWith(":flight"))
        .toList();
  }
}
