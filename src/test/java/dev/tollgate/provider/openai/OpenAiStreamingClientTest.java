package dev.tollgate.provider.openai;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.provider.ModelCatalogue;
import dev.tollgate.provider.ModelProvider.Reply;
import dev.tollgate.provider.ModelRequest;
import dev.tollgate.provider.ParseResult;
import dev.tollgate.provider.ServerSentEvents;
import dev.tollgate.provider.StreamingClientContract;
import dev.tollgate.provider.Usage;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class OpenAiStreamingClientTest extends StreamingClientContract {
  /** Forty characters for the model to read, and an image of many more. */
  private static final String REQUEST =
      """
      {"model": "gpt-5.4", "stream": true,
       "stream_options": {"include_usage": false, "include_obfuscation": false},
       "messages": [
         {"role": "system", "content": "Say what is."},
         {"role": "user", "content": [
           {"type": "text", "text": "What is in this picture?"},
           {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0KGgoAAAAN"}}]}],
       "tools": [{"type": "function", "function": {"name": "look"}}]}
      """;

  OpenAiStreamingClientTest() throws IOException {}

  @Test
  @Override
  protected void assemblesAStream() {
    super.assemblesAStream();

    String headers = askedHeaders().toLowerCase(Locale.ROOT);
    assertTrue(headers.contains("authorization=[bearer k]"), headers);
    assertEquals(
        json("{\"include_usage\": true, \"include_obfuscation\": false}"),
        json(askedBody()).path("stream_options"));
  }

  @Test
  void countedUsageIsNotAnEstimate() {
    String cut = stream().replace("data: [DONE]\n\n", "");
    Reply.Interrupted broken = assertInstanceOf(Reply.Interrupted.class, served(cut));

    assertEquals(new Usage(5, 20, 0, 0, 12, 3), broken.usage());
    assertEquals(false, broken.estimated());
  }

  @Test
  void estimatesOutputBeforeATruncation() {
    List<String> events = ServerSentEvents.parseData(stream());
    String cut =
        ServerSentEvents.format(events.getFirst()) + ServerSentEvents.format(events.get(1));
    Reply.Interrupted broken = assertInstanceOf(Reply.Interrupted.class, served(cut));

    assertEquals(new Usage(10, 0, 0, 0, 2, 0), broken.usage());
    assertEquals(true, broken.estimated());
  }

  /** Some who speak OpenAI's API never say what they used. Their answer has no price. */
  @Test
  void answerWithoutUsageIsAFailureWithAnEstimate() {
    Reply.Interrupted broken =
        assertInstanceOf(
            Reply.Interrupted.class,
            served(ChatStreamWriter.write(answer(), JSON.createObjectNode())));

    assertEquals(
        new Reply.MalformedResponse("failed to parse the response of OpenAI"), broken.cause());
    assertEquals(new Usage(10, 0, 0, 0, 2, 0), broken.usage());
    assertEquals(true, broken.estimated());
  }

  @Override
  protected Reply send(String url, Duration patience) {
    ModelRequest request =
        assertInstanceOf(ParseResult.Parsed.class, ChatJson.parseRequest(json(REQUEST))).request();
    return new OpenAiStreamingClient(url, 3000, Clock.systemUTC(), ModelCatalogue.load(), JSON)
        .send("Bearer k", request, patience);
  }

  @Override
  protected Reply.Interrupted interrupted(Reply.Failure cause) {
    return new Reply.Interrupted(cause, "gpt-5.4-2026-03-05", new Usage(10, 0, 0, 0, 0, 0), true);
  }

  @Override
  protected String errorEvent() {
    return "data: {\"error\":{\"message\":\"Busy\",\"type\":\"server_error\",\"code\":null}}\n\n";
  }

  @Override
  protected Reply.ProviderError error() {
    return new Reply.ProviderError(500, "server_error", "Busy", Optional.empty());
  }

  @Override
  protected String stream() {
    return ChatStreamWriter.write(answer(), json("{\"include_usage\": true}"));
  }

  @Override
  protected ObjectNode answer() {
    return json(
        """
        {"id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": "gpt-5.4-2026-03-05",
         "choices": [{"index": 0, "finish_reason": "stop", "logprobs": null,
           "message": {"role": "assistant", "content": "Größe 512", "refusal": null}}],
         "usage": {"prompt_tokens": 25, "completion_tokens": 12, "total_tokens": 37,
           "prompt_tokens_details": {"cached_tokens": 20},
           "completion_tokens_details": {"reasoning_tokens": 3}}}
        """);
  }

  private static ObjectNode json(String text) {
    try {
      return (ObjectNode) JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }
}
