package dev.tollgate.provider.anthropic;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.provider.ModelProvider.Reply;
import dev.tollgate.provider.ModelRequest;
import dev.tollgate.provider.ParseResult;
import dev.tollgate.provider.StreamingClientContract;
import dev.tollgate.provider.Usage;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class AnthropicStreamingClientTest extends StreamingClientContract {
  AnthropicStreamingClientTest() throws IOException {}

  @Test
  @Override
  protected void assemblesAStream() {
    super.assemblesAStream();

    String headers = askedHeaders().toLowerCase(Locale.ROOT);
    assertTrue(headers.contains("x-api-key=[k]"), headers);
    assertTrue(headers.contains("anthropic-version=[2023-06-01]"), headers);
  }

  @Override
  protected Reply send(String url, Duration patience) {
    return new AnthropicStreamingClient(url, 3000, Clock.systemUTC(), JSON)
        .send("k", request(), patience);
  }

  @Override
  protected Reply.Interrupted interrupted(Reply.Failure cause) {
    return new Reply.Interrupted(cause, "claude-haiku-4-5", new Usage(25, 0, 0, 0, 0, 0), false);
  }

  @Override
  protected String errorEvent() {
    return "event: error\ndata: {\"type\":\"error\",\"error\":"
        + "{\"type\":\"overloaded_error\",\"message\":\"Busy\"}}\n\n";
  }

  @Override
  protected Reply.ProviderError error() {
    return new Reply.ProviderError(529, "overloaded_error", "Busy", Optional.empty());
  }

  @Override
  protected String stream() {
    return MessagesStreamWriter.write(answer());
  }

  private static ModelRequest request() {
    ObjectNode body =
        JSON.createObjectNode()
            .put("model", "claude-haiku-4-5")
            .put("max_tokens", 9)
            .put("stream", true);
    ArrayNode messages = body.putArray("messages");
    messages.addObject().put("role", "user").put("content", "q");
    return assertInstanceOf(
            ParseResult.Parsed.class,
            MessagesJson.parseRequest(body, Optional.empty(), Optional.empty()))
        .request();
  }

  @Override
  protected ObjectNode answer() {
    ObjectNode message =
        JSON.createObjectNode()
            .put("id", "msg_1")
            .put("type", "message")
            .put("role", "assistant")
            .put("model", "claude-haiku-4-5");
    message.putArray("content").addObject().put("type", "text").put("text", "Größe 512");
    message.put("stop_reason", "end_turn").putNull("stop_sequence");
    message.putObject("usage").put("input_tokens", 25).put("output_tokens", 12);
    return message;
  }
}
