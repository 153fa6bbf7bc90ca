package dev.tollgate.function.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class HttpRequestTest {
  /** Some clients repeat a header, and the field headers of API Gateway has its last line only. */
  @Test
  void joinsRepeatedHeaders() throws JsonProcessingException {
    HttpRequest request =
        HttpRequest.of(
            new ObjectMapper()
                .readTree(
                    """
                    {"httpMethod": "POST", "path": "/v1/messages", "body": "{}",
                     "headers": {"Anthropic-Beta": "b", "Accept": "*/*"},
                     "multiValueHeaders": {"Anthropic-Beta": ["a", "b"], "Accept": ["*/*"]}}
                    """));

    assertEquals(Optional.of("a, b"), request.header("anthropic-beta"));
    assertEquals(Optional.of("*/*"), request.header("accept"));
  }
}
