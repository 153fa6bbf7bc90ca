package dev.tollgate.endtoend.calls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.models.messages.MessageCreateParams;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import dev.tollgate.endtoend.support.ApiClient;
import dev.tollgate.endtoend.support.Eventually;
import dev.tollgate.endtoend.support.TestClouds;
import dev.tollgate.local.LocalCloud;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The official clients without changes: those for JavaScript, whose tests are in {@code
 * src/test/node}, and the retries of those for Java.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class OfficialClientsIT {
  private static final Path CLIENTS = Path.of("target/node");

  private final String node;
  private final LocalCloud cloud;

  OfficialClientsIT() throws IOException, InterruptedException {
    Output created = run(new ProcessBuilder("infra/local/node-clients"));
    assertEquals(0, created.status(), created.text());
    node = created.text().lines().toList().getLast();
    cloud = TestClouds.start("node");
  }

  @BeforeAll
  void activatePrompts() throws IOException, InterruptedException {
    TestClouds.activatePrompt(cloud, "office", "claude-haiku-4-5");
    TestClouds.activatePrompt(cloud, "desk", "gpt-5.4");
  }

  @AfterAll
  void stop() {
    cloud.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"anthropic", "openai"})
  void officialClientWorksUnmodified(String client) throws IOException, InterruptedException {
    ProcessBuilder tests = new ProcessBuilder(node, "--test", client + ".test.mjs");
    tests.directory(CLIENTS.toFile());
    tests
        .environment()
        .putAll(
            Map.of(
                "TOLLGATE_URL", cloud.url().toString(),
                "INVOKE_KEY", cloud.keys().invoke(),
                "FINANCE_KEY", cloud.keys().finance(),
                "SIMULATED_MODEL_URL", cloud.model().orElseThrow().url().toString()));
    Output output = run(tests);

    assertEquals(0, output.status(), output.text());
    assertTrue(output.text().contains("a plain answer"), output.text());
  }

  @ParameterizedTest
  @ValueSource(strings = {"500", "429:1"})
  void javaClientsRetry(String behaviour) throws Exception {
    AnthropicClient anthropic =
        AnthropicOkHttpClient.builder()
            .baseUrl(cloud.url().toString())
            .apiKey(cloud.keys().invoke())
            .maxRetries(5)
            .build();
    OpenAIClient openAi =
        OpenAIOkHttpClient.builder()
            .baseUrl(cloud.url().resolve("/v1").toString())
            .apiKey(cloud.keys().invoke())
            .maxRetries(5)
            .build();
    try {
      assertEquals(
          "end_turn",
          whileFailing(
              behaviour,
              () ->
                  anthropic
                      .messages()
                      .create(
                          MessageCreateParams.builder()
                              .model("claude-haiku-4-5")
                              .maxTokens(50)
                              .addUserMessage("Hello?")
                              .build())
                      .stopReason()
                      .orElseThrow()
                      .asString()));
      assertEquals(
          "stop",
          whileFailing(
              behaviour,
              () ->
                  openAi
                      .chat()
                      .completions()
                      .create(
                          ChatCompletionCreateParams.builder()
                              .model("gpt-5.4")
                              .addUserMessage("Hello?")
                              .build())
                      .choices()
                      .getFirst()
                      .finishReason()
                      .asString()));
    } finally {
      anthropic.close();
      openAi.close();
    }
  }

  /** The result of a client whose first call fails. */
  private String whileFailing(String behaviour, Callable<String> call) throws Exception {
    ApiClient model = new ApiClient(cloud.model().orElseThrow().url(), "x");
    int before = TestClouds.endedCalls(cloud);
    model.post("/_simulate", "{\"behaviour\": \"" + behaviour + "\"}");
    try (var thread = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<String> response = thread.submit(call);
      Eventually.get(() -> TestClouds.endedCalls(cloud), calls -> calls > before);
      assertEquals(Future.State.RUNNING, response.state());
      model.send("DELETE", "/_simulate", "");
      return response.get();
    } finally {
      model.send("DELETE", "/_simulate", "");
    }
  }

  private record Output(int status, String text) {}

  private static Output run(ProcessBuilder command) throws IOException, InterruptedException {
    Path log = Files.createTempFile(Files.createDirectories(Path.of("target/it")), "node", ".log");
    Process process = command.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    boolean ended = process.waitFor(5, TimeUnit.MINUTES);
    process.destroyForcibly();
    String text = Files.readString(log, StandardCharsets.UTF_8);
    return new Output(ended ? process.exitValue() : -1, text);
  }
}
