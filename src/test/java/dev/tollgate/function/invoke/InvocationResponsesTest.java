package dev.tollgate.function.invoke;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tollgate.cost.calls.CallRecord;
import dev.tollgate.cost.calls.CallRecords;
import dev.tollgate.function.http.HttpResponse;
import dev.tollgate.invocation.InvocationResult;
import dev.tollgate.provider.ModelProvider.Reply;
import dev.tollgate.provider.Provider;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class InvocationResponsesTest {
  @ParameterizedTest
  @CsvSource({
    "429, requests, 429, provider_declined",
    "429, insufficient_quota, 502, provider_refused_tollgate",
    "402, billing_error, 502, provider_refused_tollgate",
    "401, authentication_error, 502, provider_refused_tollgate",
    "403, permission_error, 502, provider_refused_tollgate",
    "404, not_found_error, 404, provider_declined"
  })
  void accountErrorIsNotBlamedOnCaller(int providers, String type, int callers, String code) {
    HttpResponse response =
        InvocationResponses.toRelayResponse(
            new InvocationResult.Failed(
                new Reply.ProviderError(providers, type, "message", Optional.empty()),
                CallRecords.failed(Instant.EPOCH),
                BigDecimal.ZERO),
            Provider.OPENAI,
            Optional.empty());

    assertEquals(callers, response.status());
    assertEquals(code, response.json().path("error").path("code").asText());
  }

  @Test
  void providerErrorKeepsParam() {
    HttpResponse response =
        InvocationResponses.toRelayResponse(
            new InvocationResult.Failed(
                new Reply.ProviderError(
                    400,
                    "invalid_request_error",
                    "Too long.",
                    Optional.empty(),
                    Optional.of("context_length_exceeded"),
                    Optional.of("messages")),
                CallRecords.failed(Instant.EPOCH),
                BigDecimal.ZERO),
            Provider.OPENAI,
            Optional.empty());

    assertEquals("context_length_exceeded", response.json().path("error").path("code").asText());
    assertEquals("messages", response.json().path("error").path("param").asText());
  }

  @ParameterizedTest
  @ValueSource(strings = {"request-id", "x-request-id", "x-tollgate-call-id"})
  void requestIdHeadersHoldCallId(String header) {
    CallRecord call = CallRecords.failed(Instant.EPOCH);
    HttpResponse response =
        InvocationResponses.toRelayResponse(
            new InvocationResult.Failed(new Reply.TimedOut(), call, BigDecimal.ZERO),
            Provider.OPENAI,
            Optional.empty());

    assertEquals(call.callId().value(), response.headers().get(header));
  }

  @Test
  void timeoutOfABilledAttemptIsNotRetried() {
    assertEquals(Optional.of("false"), shouldRetry(new Reply.ResponseLost(new Reply.TimedOut())));
    assertEquals(Optional.empty(), shouldRetry(new Reply.TimedOut()));
    assertEquals(
        Optional.empty(), shouldRetry(new Reply.ResponseLost(new Reply.Unreachable("closed"))));
  }

  private static Optional<String> shouldRetry(Reply.Failure failure) {
    HttpResponse response =
        InvocationResponses.toRelayResponse(
            new InvocationResult.Failed(
                failure, CallRecords.failed(Instant.EPOCH), BigDecimal.ZERO),
            Provider.ANTHROPIC,
            Optional.empty());
    return Optional.ofNullable(response.headers().get("x-should-retry"));
  }
}
