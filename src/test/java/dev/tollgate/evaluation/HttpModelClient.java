package dev.tollgate.evaluation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.cost.calls.CallRecords;
import dev.tollgate.invocation.InvocationResult;
import dev.tollgate.provider.FinishReason;
import dev.tollgate.provider.ModelRequest;
import dev.tollgate.provider.ModelResponse;
import dev.tollgate.provider.Provider;
import dev.tollgate.provider.Usage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Calls models through the APIs of both providers, at Tollgate or at the simulated model. */
public final class HttpModelClient implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final URI base;
  private final String key;

  public HttpModelClient(URI base, String key) {
    this.base = base;
    this.key = key;
  }

  /** Sends a request and returns the text of the answer. */
  public String ask(ModelRequest request) {
    boolean anthropic = request.provider() == Provider.ANTHROPIC;
    ObjectNode body = request.otherFields().deepCopy().put("model", request.model());
    request.maxTokens().ifPresent(most -> body.put("max_tokens", most));
    request.system().ifPresent(system -> body.set("system", system));
    request.temperature().ifPresent(temperature -> body.put("temperature", temperature));
    body.set("messages", request.messages());
    JsonNode answer =
        send(
            HttpRequest.newBuilder(
                    base.resolve(anthropic ? "/v1/messages" : "/v1/chat/completions"))
                .header(
                    anthropic ? "x-api-key" : "authorization", anthropic ? key : "Bearer " + key)
                .header("anthropic-version", "2023-06-01")
                .header("content-type", "application/json")
                .POST(BodyPublishers.ofString(body.toString())));
    return anthropic
        ? answer
            .path("content")
            .valueStream()
            .map(it -> it.path("text").asText(""))
            .reduce("", String::concat)
        : answer.at("/choices/0/message/content").asText();
  }

  /** Returns the result of the pipeline for an answer of a model. */
  public static InvocationResult answered(ModelRequest request, FinishReason reason, String text) {
    return new InvocationResult.Answered(
        new ModelResponse(
            request.model(), reason, Usage.NONE, text, JsonNodeFactory.instance.objectNode()),
        CallRecords.failed(Instant.EPOCH),
        BigDecimal.ZERO,
        Optional.empty(),
        List.of(),
        List.of(),
        Optional.empty(),
        Duration.ZERO,
        Optional.empty(),
        List.of());
  }

  private JsonNode send(HttpRequest.Builder request) {
    try {
      HttpResponse<String> answer = http.send(request.build(), BodyHandlers.ofString());
      if (answer.statusCode() != 200) {
        throw new IllegalStateException(
            "HTTP " + answer.statusCode() + " from " + base + ": " + answer.body());
      }
      return JSON.readTree(answer.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    http.close();
  }
}
