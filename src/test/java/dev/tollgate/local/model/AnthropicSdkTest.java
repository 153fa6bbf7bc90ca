package dev.tollgate.local.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.core.http.StreamResponse;
import com.anthropic.errors.RateLimitException;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.MessageCreateParams;
import com.anthropic.models.messages.RawMessageStreamEvent;
import com.anthropic.models.messages.StopReason;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The provider's own client must find nothing odd. */
final class AnthropicSdkTest {
  private static final MessageCreateParams PARAMS =
      MessageCreateParams.builder()
          .model("claude-opus-5")
          .maxTokens(200)
          .system("Answer only from the context.")
          .addUserMessage("<context>The office opens at 9.</context>\nWhen does the office open?")
          .build();

  @Test
  void officialSdkReadsResponsesStreamsAndErrors() throws Exception {
    try (SimulatedModel model = SimulatedModel.start(0)) {
      AnthropicClient client =
          AnthropicOkHttpClient.builder()
              .baseUrl(model.url().toString())
              .apiKey("test-key")
              .maxRetries(0)
              .build();

      Message message = client.messages().create(PARAMS).validate();
      assertEquals("The office opens at 9.", message.content().getFirst().asText().text());
      assertEquals(StopReason.END_TURN, message.stopReason().orElseThrow());
      assertTrue(message.usage().inputTokens() > 0);

      try (StreamResponse<RawMessageStreamEvent> events =
          client.messages().createStreaming(PARAMS)) {
        String text =
            events.stream()
                .flatMap(event -> event.contentBlockDelta().stream())
                .flatMap(delta -> delta.delta().text().stream())
                .map(delta -> delta.text())
                .collect(Collectors.joining());
        assertEquals("The office opens at 9.", text);
      }

      MessageCreateParams limited =
          PARAMS.toBuilder().putAdditionalHeader("x-simulate", "429").build();
      assertThrows(RateLimitException.class, () -> client.messages().create(limited));
      client.close();
    }
  }
}
