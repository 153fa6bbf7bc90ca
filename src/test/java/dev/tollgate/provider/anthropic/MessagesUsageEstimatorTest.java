package dev.tollgate.provider.anthropic;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.provider.ModelLimits;
import dev.tollgate.provider.ModelRequest;
import dev.tollgate.provider.ParseResult;
import dev.tollgate.provider.UsageBound;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class MessagesUsageEstimatorTest {
  private static final ModelLimits LIMITS = new ModelLimits(100_000, 8_000, 75_000);
  private static final String BASE64 = "iVBORw0KGgo".repeat(10_000);

  @Test
  void tokensNeverExceedBytes() {
    String text = content("\"Grüße, 世界\"");

    assertEquals(new UsageBound(bytes(text) + 1_024, 50, 0), bound(text, ""));
  }

  @Test
  void imageIsBoundedByItsMaximum() {
    String small = content("[" + image("") + "]");
    String large = content("[" + image(BASE64) + "]");

    assertEquals(bytes(small) + 1_024 + 4_784, bound(small, "").prompt());
    assertEquals(bound(small, ""), bound(large, ""));
  }

  @Test
  void imagesInToolResultsCount() {
    String inResult =
        "[{\"type\": \"tool_result\", \"tool_use_id\": \"x\", \"content\": ["
            + image(BASE64)
            + "]}]";
    String inInput =
        "[{\"type\": \"tool_use\", \"id\": \"x\", \"name\": \"f\", \"input\": "
            + image("a".repeat(9_000))
            + "}]";

    assertEquals(4_784, bound(content(inResult), "").prompt(), 1_500);
    assertEquals(9_000, bound(content(inInput), "").prompt(), 1_500);
  }

  @Test
  void documentIsBoundedByTheContext() {
    String pdf =
        "[{\"type\": \"document\", \"source\": {\"type\": \"base64\", \"data\": \"JVBE\"}}]";
    String text = "[{\"type\": \"document\", \"source\": {\"type\": \"text\", \"data\": \"Hi\"}}]";

    assertEquals(LIMITS.context(), bound(content(pdf), "").prompt());
    assertEquals(1_100, bound(content(text), "").prompt(), 200);
    assertEquals(LIMITS.context(), bound(content("\"" + "x".repeat(200_000) + "\""), "").prompt());
  }

  @Test
  void serverToolsContinueTheTurn() {
    String search =
        ", \"tools\": [{\"type\": \"web_search_20260209\", \"name\": \"s\", \"max_uses\": 3}]";
    String unlimited = ", \"tools\": [{\"type\": \"web_search_20260209\", \"name\": \"s\"}]";
    String own =
        ", \"tools\": [{\"name\": \"f\", \"input_schema\": {}}, {\"type\": \"bash_20250124\"}]";

    assertEquals(new UsageBound(11 * LIMITS.context(), 50, 3), bound(content("\"?\""), search));
    assertEquals(10, bound(content("\"?\""), unlimited).webSearches());
    assertEquals(3 * 1_024, bound(content("\"?\""), own).prompt(), 250);
  }

  private static String image(String data) {
    return "{\"type\": \"image\", \"source\": {\"type\": \"base64\", \"data\": \"" + data + "\"}}";
  }

  private static String content(String content) {
    return "\"messages\": [{\"role\": \"user\", \"content\": " + content + "}]";
  }

  private static long bytes(String messages) {
    return MessagesJson.writeRequest(request(messages, ""))
        .toString()
        .getBytes(StandardCharsets.UTF_8)
        .length;
  }

  private static UsageBound bound(String messages, String others) {
    return MessagesUsageEstimator.estimateMax(request(messages, others), LIMITS);
  }

  private static ModelRequest request(String messages, String others) {
    try {
      ObjectNode body =
          (ObjectNode)
              new ObjectMapper()
                  .readTree("{\"model\": \"m\", \"max_tokens\": 50, " + messages + others + "}");
      return switch (MessagesJson.parseRequest(body, Optional.empty(), Optional.empty())) {
        case ParseResult.Parsed(ModelRequest request) -> request;
        case ParseResult.Invalid invalid -> throw new AssertionError(invalid);
      };
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }
}
