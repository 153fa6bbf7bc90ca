package dev.tollgate.function.invoke;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.audit.Sha256;
import dev.tollgate.cost.calls.CallId;
import dev.tollgate.function.http.ApiError;
import dev.tollgate.function.http.Fields;
import dev.tollgate.function.http.HttpAnswer;
import dev.tollgate.function.http.HttpRequest;
import dev.tollgate.identity.Caller;
import dev.tollgate.invocation.IdempotencyKey;
import dev.tollgate.invocation.IdempotencyService;
import dev.tollgate.invocation.IdempotencyService.ClaimResult;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/** Requests with the header {@code Idempotency-Key}, of which equal ones have one answer. */
@Singleton
public class IdempotentCalls {
  private static final String HEADER = "idempotency-key";
  private static final String CALL = "x-tollgate-call-id";

  private final IdempotencyService idempotency;
  private final ObjectMapper json;

  public IdempotentCalls(IdempotencyService idempotency, ObjectMapper json) {
    this.idempotency = idempotency;
    this.json = json;
  }

  /**
   * Answers a request, with what an equal one was answered if there was one.
   *
   * @param call answers it for the first time
   */
  HttpAnswer once(HttpRequest request, Caller caller, Instant deadline, Supplier<HttpAnswer> call) {
    Optional<String> sent = request.header(HEADER);
    if (sent.isEmpty()) {
      return call.get();
    }
    if (!IdempotencyKey.isValid(sent.get())) {
      throw Fields.invalid(HEADER, "must match " + IdempotencyKey.REGEX);
    }
    IdempotencyKey key = new IdempotencyKey(caller.team(), sent.get());
    return switch (idempotency.begin(key, hash(request, caller), deadline)) {
      case ClaimResult.Acquired(var turn) -> first(turn, call);
      case ClaimResult.Replay(ObjectNode kept) ->
          read(kept).with("x-tollgate-idempotent-replay", "true");
      case ClaimResult.InProgress() ->
          HttpAnswer.of(
                  ApiError.conflict(
                      "idempotent_call_running",
                      HEADER,
                      "The first request with this idempotency key is still being answered: send"
                          + " it again in a moment."))
              .with("retry-after", "1");
      case ClaimResult.AnswerLost(Optional<CallId> lost) -> lost(lost);
      case ClaimResult.RequestMismatch() ->
          HttpAnswer.of(
              new ApiError(
                  422,
                  "invalid_request_error",
                  "idempotency_key_reused",
                  "This idempotency key stands for another request: use a new key for each request"
                      + " that differs.",
                  Optional.of(HEADER)));
    };
  }

  private HttpAnswer first(IdempotencyService.Lease turn, Supplier<HttpAnswer> call) {
    try {
      HttpAnswer answer = call.get();
      if (answer.status() == 200) {
        turn.complete(new CallId(requireNonNull(answer.headers().get(CALL))), write(answer));
      } else {
        turn.release();
      }
      return answer;
    } catch (RuntimeException e) {
      turn.release();
      throw e;
    }
  }

  /** Official clients try a 409 again by themselves, which helps where Redis only stumbled. */
  private static HttpAnswer lost(Optional<CallId> call) {
    HttpAnswer answer =
        HttpAnswer.of(
            ApiError.conflict(
                "idempotent_answer_lost",
                HEADER,
                call.map(
                            id ->
                                "Call %s had this idempotency key, and its answer is no longer kept."
                                    .formatted(id))
                        .orElse(
                            "The call with this idempotency key broke off, and may have been"
                                + " billed.")
                    + " To ask anew, use a new key."));
    return call.map(id -> answer.with(CALL, id.value())).orElse(answer);
  }

  /**
   * What makes two requests one: who sends them, to which route, with which body, and with which
   * headers of the provider's or of Tollgate's. Another key of the same person may send it again.
   */
  private String hash(HttpRequest request, Caller caller) {
    Map<String, String> headers = new TreeMap<>();
    request
        .headers()
        .forEach(
            (name, value) -> {
              if (name.startsWith("x-tollgate-")
                  || name.startsWith("anthropic-")
                  || name.equals("cache-control")) {
                headers.put(name, value);
              }
            });
    ObjectNode all =
        json.createObjectNode()
            .put("person", caller.principalId())
            .put("path", request.path())
            .put("body", request.body());
    all.set("headers", json.valueToTree(headers));
    return Sha256.of(all.toString());
  }

  private ObjectNode write(HttpAnswer answer) {
    ObjectNode kept = json.createObjectNode().put("type", answer.body().type());
    kept.put("body", answer.text(json));
    ObjectNode headers = kept.putObject("headers");
    answer.headers().forEach(headers::put);
    return kept;
  }

  private static HttpAnswer read(ObjectNode kept) {
    HttpAnswer answer = HttpAnswer.text(kept.path("type").asText(), kept.path("body").asText());
    for (Map.Entry<String, JsonNode> header : kept.path("headers").properties()) {
      answer = answer.with(header.getKey(), header.getValue().asText());
    }
    return answer;
  }
}
