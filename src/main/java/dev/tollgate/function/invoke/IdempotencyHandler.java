package dev.tollgate.function.invoke;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.audit.Sha256;
import dev.tollgate.cost.calls.CallId;
import dev.tollgate.function.http.ApiError;
import dev.tollgate.function.http.HttpRequest;
import dev.tollgate.function.http.HttpResponse;
import dev.tollgate.function.http.RequestFields;
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
public class IdempotencyHandler {
  private static final String HEADER = "idempotency-key";
  private static final String CALL_ID_HEADER = "x-tollgate-call-id";

  private final IdempotencyService idempotency;
  private final ObjectMapper json;

  public IdempotencyHandler(IdempotencyService idempotency, ObjectMapper json) {
    this.idempotency = idempotency;
    this.json = json;
  }

  /**
   * Answers a request, with what an equal one was answered if there was one.
   *
   * @param call answers it for the first time
   */
  HttpResponse execute(
      HttpRequest request, Caller caller, Instant deadline, Supplier<HttpResponse> call) {
    Optional<String> sent = request.header(HEADER);
    if (sent.isEmpty()) {
      return call.get();
    }
    if (!IdempotencyKey.isValid(sent.get())) {
      throw RequestFields.invalid(HEADER, "must match " + IdempotencyKey.REGEX);
    }
    IdempotencyKey key = new IdempotencyKey(caller.team(), sent.get());
    return switch (idempotency.begin(key, requestHash(request, caller), deadline)) {
      case ClaimResult.Acquired(var turn) -> executeFirst(turn, call);
      case ClaimResult.Replay(ObjectNode kept) ->
          fromStored(kept).withHeader("x-tollgate-idempotent-replay", "true");
      case ClaimResult.InProgress() ->
          HttpResponse.of(
                  ApiError.conflict(
                      "idempotent_call_running",
                      HEADER,
                      "The first request with this idempotency key is still being answered: send"
                          + " it again in a moment."))
              .withHeader("retry-after", "1");
      case ClaimResult.AnswerLost(Optional<CallId> lost) -> responseLost(lost);
      case ClaimResult.RequestMismatch() ->
          HttpResponse.of(
              new ApiError(
                  422,
                  "invalid_request_error",
                  "idempotency_key_reused",
                  "This idempotency key stands for another request: use a new key for each request"
                      + " that differs.",
                  Optional.of(HEADER)));
    };
  }

  private HttpResponse executeFirst(IdempotencyService.Lease turn, Supplier<HttpResponse> call) {
    try {
      HttpResponse answer = call.get();
      if (answer.status() == 200) {
        turn.complete(
            new CallId(requireNonNull(answer.headers().get(CALL_ID_HEADER))), toStored(answer));
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
  private static HttpResponse responseLost(Optional<CallId> call) {
    HttpResponse answer =
        HttpResponse.of(
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
    return call.map(id -> answer.withHeader(CALL_ID_HEADER, id.value())).orElse(answer);
  }

  /**
   * What makes two requests one: who sends them, to which route, with which body, and with which
   * headers of the provider's or of Tollgate's. Another key of the same person may send it again.
   */
  private String requestHash(HttpRequest request, Caller caller) {
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

  private ObjectNode toStored(HttpResponse answer) {
    ObjectNode kept = json.createObjectNode().put("type", answer.body().type());
    kept.put("body", answer.text(json));
    ObjectNode headers = kept.putObject("headers");
    answer.headers().forEach(headers::put);
    return kept;
  }

  private static HttpResponse fromStored(ObjectNode kept) {
    HttpResponse answer = HttpResponse.text(kept.path("type").asText(), kept.path("body").asText());
    for (Map.Entry<String, JsonNode> header : kept.path("headers").properties()) {
      answer = answer.withHeader(header.getKey(), header.getValue().asText());
    }
    return answer;
  }
}
