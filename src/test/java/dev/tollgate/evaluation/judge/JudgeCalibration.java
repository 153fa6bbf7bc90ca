package dev.tollgate.evaluation.judge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tollgate.evaluation.HttpModelClient;
import dev.tollgate.invocation.Invocation;
import dev.tollgate.invocation.InvocationResult;
import dev.tollgate.prompt.ChangeRequest;
import dev.tollgate.prompt.InMemoryPromptStore;
import dev.tollgate.prompt.PromptRegistry;
import dev.tollgate.prompt.content.PromptContent;
import dev.tollgate.provider.FinishReason;
import dev.tollgate.provider.ModelCatalogue;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Measures the judge of an installation with labelled claims ({@code make calibrate}). The judge is
 * read from the installation's registry and asked through its API, so each call is priced and
 * recorded there like others.
 */
final class JudgeCalibration {
  private static final ObjectMapper JSON = new ObjectMapper();

  private JudgeCalibration() {}

  /**
   * Prints how far the judge agrees with the labels.
   *
   * @param arguments a file of labelled claims
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Map<String, String> environment = System.getenv();
    URI url = URI.create(environment.getOrDefault("TOLLGATE_URL", "http://127.0.0.1:3000"));
    String author = environment.getOrDefault("TOLLGATE_KEY", "");
    String invoker = environment.getOrDefault("INVOKE_KEY", author);
    PromptRegistry registry = new PromptRegistry(new InMemoryPromptStore(), Clock.systemUTC());
    active(url, author).ifPresent(content -> register(registry, content));
    JudgePrompt prompt =
        new JudgePrompt(
            registry,
            Optional.ofNullable(environment.get("JUDGE_MODEL")).filter(it -> !it.isBlank()),
            "claude-opus-4-6");
    try (HttpModelClient models = new HttpModelClient(url, invoker);
        InputStream labelled = Files.newInputStream(Path.of(arguments[0]))) {
      Judge judge =
          new Judge(
              prompt,
              new JudgeClient(
                  invocation -> answered(models, invocation), prompt, ModelCatalogue.load()));
      JudgeVersion version = judge.currentVersion("");
      System.out.println(version.model() + ", prompt " + version.hash());
      System.out.println(judge.checkForRuns(version, SimulatedJudge.CONTEXT));
      System.out.println(JudgeAgreement.of(judge, version, labelled).report());
    }
  }

  /** Returns the active prompt, or empty before the first run: then the built-in one applies. */
  private static Optional<PromptContent> active(URI url, String key)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(url.resolve("/admin/prompts/tollgate_judge/active"))
            .header("x-api-key", key)
            .build();
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
      if (answer.statusCode() == 404) {
        return Optional.empty();
      }
      if (answer.statusCode() != 200) {
        throw new IllegalStateException("the judge's prompt cannot be read: " + answer.body());
      }
      JsonNode body = JSON.readTree(answer.body());
      return Optional.of(
          PromptContent.ofText(
              body.required("content").textValue(),
              body.required("model").textValue(),
              Optional.of(body.path("temperature"))
                  .filter(JsonNode::isNumber)
                  .map(JsonNode::decimalValue),
              body.path("max_tokens").asInt(PromptContent.DEFAULT_MAX_TOKENS)));
    }
  }

  private static void register(PromptRegistry registry, PromptContent content) {
    ChangeRequest changeRequest =
        new ChangeRequest("calibration", Optional.of("as registered"), OptionalLong.empty());
    registry.register(JudgeVersion.PROMPT, content, "calibration", "", changeRequest);
    registry.activate(JudgeVersion.PROMPT, 1, true, changeRequest);
  }

  private static InvocationResult answered(HttpModelClient models, Invocation invocation) {
    Invocation.Input.Direct own = (Invocation.Input.Direct) invocation.input();
    return HttpModelClient.answered(
        own.request(), FinishReason.END_TURN, models.ask(own.request()));
  }
}
