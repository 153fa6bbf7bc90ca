package dev.tollgate.provider.openai;

import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.tollgate.provider.ModelCatalogue;
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

final class OpenAiContractTest extends ModelProviderContract {
  /** No test of the contract asks for a stream. */
  private static final OpenAiStreamingClient STREAMS =
      new OpenAiStreamingClient(
          "http://127.0.0.1:1", 1, Clock.systemUTC(), ModelCatalogue.load(), JSON);

  @Override
  protected ModelProvider responding(Supplier<Uni<Response>> response) {
    return new OpenAiProvider(
        (_, _, _, _) -> response.get(),
        STREAMS,
        JSON,
        new InMemorySecrets(Map.of(Secrets.OPENAI_API_KEY, "key")),
        Clock.systemUTC());
  }

  @Override
  protected ModelProvider withoutKey() {
    return new OpenAiProvider(
        (_, _, _, _) -> Uni.createFrom().nothing(),
        STREAMS,
        JSON,
        new InMemorySecrets(Map.of()),
        Clock.systemUTC());
  }

  @Override
  protected ModelRequest request(ArrayNode messages) {
    return ChatJson.newRequest("m", 10, messages, Optional.empty());
  }

  @Override
  protected String answer() {
    return """
    {"id": "chatcmpl-1", "object": "chat.completion", "model": "m",
     "choices": [{"index": 0, "finish_reason": "stop",
       "message": {"role": "assistant", "content": "text", "refusal": null}}],
     "usage": {"prompt_tokens": 150, "completion_tokens": 50, "total_tokens": 200,
       "prompt_tokens_details": {"cached_tokens": 20, "cache_write_tokens": 30},
       "completion_tokens_details": {"reasoning_tokens": 10}}}
    """;
  }
}
