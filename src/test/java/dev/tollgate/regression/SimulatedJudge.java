package dev.tollgate.regression;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.cost.CallRecords;
import dev.tollgate.identity.Caller;
import dev.tollgate.invocation.Invocation;
import dev.tollgate.invocation.InvocationResult;
import dev.tollgate.ledger.Event;
import dev.tollgate.local.model.SimulatedModel;
import dev.tollgate.prompt.InMemoryPromptStore;
import dev.tollgate.prompt.PromptRegistry;
import dev.tollgate.provider.FinishReason;
import dev.tollgate.provider.ModelCatalogue;
import dev.tollgate.provider.ModelProvider.Reply;
import dev.tollgate.provider.ModelRequest;
import dev.tollgate.provider.ModelResponse;
import dev.tollgate.provider.Provider;
import dev.tollgate.provider.Usage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** A judge whose model is the simulated one, asked over HTTP, with its prompts in memory. */
final class SimulatedJudge implements AutoCloseable {
  static final Sitting SITTING = new Sitting(Caller.DIRECT, "regression", Instant.MAX);

  private static final ObjectMapper JSON = new ObjectMapper();

  private final InMemoryPromptStore store = new InMemoryPromptStore();
  final PromptRegistry registry = new PromptRegistry(store, Clock.systemUTC());
  final List<Invocation> asked = new ArrayList<>();

  /** Changes what the model has said before the judge reads it. */
  UnaryOperator<String> distortion = UnaryOperator.identity();

  Optional<Reply.Failure> failure = Optional.empty();
  FinishReason finishReason = FinishReason.END_TURN;

  private final SimulatedModel model = SimulatedModel.start(0);
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final JudgePrompt prompt;
  final Judge judge;
  final CaseScorer scorer;

  SimulatedJudge() throws IOException {
    this(Optional.empty());
  }

  SimulatedJudge(Optional<String> configured) throws IOException {
    prompt = new JudgePrompt(registry, configured, "claude-opus-4-6");
    judge = new Judge(prompt, new JudgeCalls(this::invoke, prompt, ModelCatalogue.load()));
    scorer = new CaseScorer(judge);
  }

  JudgeVersion version() {
    return judge.version("claude-haiku-4-5");
  }

  /** What the ledger says of the judge's prompt, newest first. */
  List<Event> events() {
    return store.events(JudgeVersion.PROMPT, Long.MAX_VALUE, 100);
  }

  private InvocationResult invoke(Invocation invocation) {
    asked.add(invocation);
    if (failure.isPresent()) {
      return new InvocationResult.Failed(failure.get(), CallRecords.failed(Instant.EPOCH));
    }
    Invocation.Question.Own own = (Invocation.Question.Own) invocation.question();
    ObjectNode body = send(own.request());
    return new InvocationResult.Answered(
        new ModelResponse(
            own.request().model(), finishReason, Usage.NONE, distortion.apply(text(body)), body),
        CallRecords.failed(Instant.EPOCH),
        Optional.empty(),
        List.of(),
        Optional.empty(),
        Duration.ZERO);
  }

  private ObjectNode send(ModelRequest request) {
    boolean anthropic = request.provider() == Provider.ANTHROPIC;
    ObjectNode body = request.others().deepCopy().put("model", request.model());
    request.maxTokens().ifPresent(most -> body.put("max_tokens", most));
    request.system().ifPresent(system -> body.set("system", system));
    request.temperature().ifPresent(temperature -> body.put("temperature", temperature));
    body.set("messages", request.messages());
    URI path = model.url().resolve(anthropic ? "/v1/messages" : "/v1/chat/completions");
    HttpRequest sent =
        HttpRequest.newBuilder(path)
            .header("content-type", "application/json")
            .header(
                anthropic ? "x-api-key" : "authorization", anthropic ? "key" : "Bearer key")
            .header("anthropic-version", "2023-06-01")
            .POST(BodyPublishers.ofString(body.toString()))
            .build();
    try {
      HttpResponse<String> answer = http.send(sent, BodyHandlers.ofString());
      if (answer.statusCode() != 200) {
        throw new AssertionError(answer.body());
      }
      return (ObjectNode) JSON.readTree(answer.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static String text(JsonNode body) {
    return body.has("choices")
        ? body.at("/choices/0/message/content").asText()
        : body.at("/content/0/text").asText();
  }

  @Override
  public void close() {
    http.close();
    model.close();
  }
}
