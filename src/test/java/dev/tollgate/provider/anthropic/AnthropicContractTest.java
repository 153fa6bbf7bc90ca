package dev.tollgate.provider.anthropic;

import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.tollgate.provider.ModelProvider;
import dev.tollgate.provider.ModelProviderContract;
import dev.tollgate.provider.ModelRequest;
import dev.tollgate.secret.InMemorySecrets;
import dev.tollgate.secret.Secrets;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.core.Response;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

final class AnthropicContractTest extends ModelProviderContract {
  /** No test of the contract asks for a stream. */
  private static final AnthropicStreamingClient STREAMS =
      new AnthropicStreamingClient("http://127.0.0.1:1", 1, Clock.systemUTC(), JSON);

  @Override
  protected ModelProvider responding(Supplier<Uni<Response>> response) {
    return new AnthropicProvider(
        (_, _, _, _, _, _) -> response.get(),
        STREAMS,
        JSON,
        new InMemorySecrets(Map.of(Secrets.ANTHROPIC_API_KEY, "key")),
        Clock.systemUTC());
  }

  @Override
  protected ModelProvider withoutKey() {
    return new AnthropicProvider(
        (_, _, _, _, _, _) -> Uni.createFrom().nothing(),
        STREAMS,
        JSON,
        new InMemorySecrets(Map.of()),
        Clock.systemUTC());
  }

  @Override
  protected ModelRequest request(ArrayNode messages) {
    return MessagesJson.newRequest("m", 10, Optional.empty(), messages, Optional.empty());
  }

  @Override
  protected String answer() {
    return """
    {"id": "msg_1", "type": "message", "role": "assistant", "model": "m",
     "content": [{"type": "text", "text": "text"}], "stop_reason": "end_turn",
     "usage": {"input_tokens": 100, "cache_read_input_tokens": 20,
       "cache_creation_input_tokens": 30,
       "cache_creation": {"ephemeral_5m_input_tokens": 30, "ephemeral_1h_input_tokens": 0},
       "output_tokens": 50, "output_tokens_details": {"thinking_tokens": 10}}}
    """;
  }
}
