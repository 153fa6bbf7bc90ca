package dev.tollgate.function.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class HttpResponseTest {
  /** The lower bytes of U+010D U+010A are a line end. */
  @Test
  void headerValueHasNoLineEnd() {
    HttpResponse response =
        HttpResponse.of(200, JsonNodeFactory.instance.objectNode())
            .withHeader("x-tollgate-requested-model", "gpt\u010d\u010aset-cookie: a=b");

    assertEquals(Map.of("x-tollgate-requested-model", "gpt??set-cookie: a=b"), response.headers());
  }

  @ParameterizedTest
  @CsvSource({
    "401, key_invalid, false",
    "403, role_missing, false",
    "409, no_active_version, false",
    "409, idempotent_call_running,",
    "409, idempotent_answer_lost,",
    "429, throttled,",
    "500, provider_not_configured, false",
    "500, internal_error,",
    "502, provider_refused_tollgate, false",
    "502, provider_unreachable,",
    "503, store_unavailable,",
    "504, provider_timeout,"
  })
  void saysWhichErrorsAreNotRetried(int status, String code, @Nullable String shouldRetry) {
    ApiError error = new ApiError(status, "api_error", code, "message", Optional.empty());

    assertEquals(
        Optional.ofNullable(shouldRetry),
        Optional.ofNullable(HttpResponse.of(error).headers().get("x-should-retry")));
  }
}
