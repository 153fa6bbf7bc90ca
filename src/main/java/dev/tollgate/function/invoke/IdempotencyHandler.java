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

/** Handles the header {@code Idempotency-Key}: equal requests get one response. */
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
   * Handles a request, or replays the stored response of an equal one.
   *
   * @param call handles the first request with a key
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
      case ClaimResult.Acquired(var lease) -> executeFirst(lease, call);
      case ClaimResult.Replay(ObjectNode stored) ->
          fromStored(stored).withHeader("x-tollgate-idempotent-replay", "true");
      case ClaimResult.InProgress() ->
          HttpResponse.of(
                  ApiError.conflict(
                      "idempotent_call_running",
                      HEADER,
                      "The first request with this idempotency key is still in progress. Retry in a"
                          + " moment."))
              .withHeader("retry-after", "1");
      case ClaimResult.AnswerLost(Optional<CallId> lost) -> responseLost(lost);
      case ClaimResult.RequestMismatch() ->
          HttpResponse.of(
              new ApiError(
                  422,
                  "invalid_request_error",
                  "idempotency_key_reused",
                  "This idempotency key was used with a different request. Use a new key for each"
                      + " different request.",
                  Optional.of(HEADER)));
    };
  }

  private HttpResponse executeFirst(IdempotencyService.Lease lease, Supplier<HttpResponse> call) {
    try {
      HttpResponse response = call.get();
      if (response.status() == 200) {
        lease.complete(
            new CallId(requireNonNull(response.headers().get(CALL_ID_HEADER))), toStored(response));
      } else {
        lease.release();
      }
      return response;
    } catch (RuntimeException e) {
      lease.release();
      throw e;
    }
  }

  /** Official clients retry a 409, which helps after a short failure of Redis. */
  private static HttpResponse responseLost(Optional<CallId> call) {
    HttpResponse response =
        HttpResponse.of(
            ApiError.conflict(
                "idempotent_answer_lost",
                HEADER,
                call.map(
                            id ->
                                "Call %s had this idempotency key, but its response is no longer stored."
                                    .formatted(id))
                        .orElse(
                            "The call with this idempotency key was interrupted, and may have been"
                                + " billed.")
                    + " Retry with a new key."));
    return call.map(id -> response.withHeader(CALL_ID_HEADER, id.value())).orElse(response);
  }

  /**
   * Requests are equal if principal, path, body and the headers of providers and Tollgate are. A
   * principal can retry a request with another of its keys.
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

  private ObjectNode toStored(HttpResponse response) {
    ObjectNode stored = json.createObjectNode().put("type", response.body().type());
    stored.put("body", response.text(json));
    ObjectNode headers = stored.putObject("headers");
    response.headers().forEach(headers::put);
    return stored;
  }

  private static HttpResponse fromStored(ObjectNode stored) {
    HttpResponse response =
        HttpResponse.text(stored.path("type").asText(), stored.path("body").asText());
    for (Map.Entry<String, JsonNode> header : stored.path("headers").properties()) {
      response = response.withHeader(header.getKey(), header.getValue().asText());
    }
    return response;
  }
}
