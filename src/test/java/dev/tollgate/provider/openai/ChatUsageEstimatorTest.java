package dev.tollgate.provider.openai;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.provider.ModelCatalogue;
import dev.tollgate.provider.ModelLimits;
import dev.tollgate.provider.ModelRequest;
import dev.tollgate.provider.ParseResult;
import dev.tollgate.provider.UsageBound;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ChatUsageEstimatorTest {
  private static final ModelCatalogue MODELS = ModelCatalogue.load();

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "gpt-4o, ``, 16384",
        "gpt-4o-2024-08-06, ``, 16384",
        "gpt-unheard-of, ``, 128000",
        "gpt-4o, `, \"max_tokens\": 100`, 100",
        "gpt-4o, `, \"max_tokens\": 100, \"max_completion_tokens\": 200`, 200",
        "gpt-4o, `, \"max_tokens\": 100, \"n\": 3`, 300",
        "gpt-4o, `, \"max_tokens\": 9223372036854775807, \"n\": 9223372036854775807`, 16384000",
        "gpt-4o, `, \"max_tokens\": -5`, 0",
      })
  void outputIsBoundedByRequestOrModel(String model, String others, long output) {
    assertEquals(output, bound(model, "\"Hi\"", others).output());
  }

  @Test
  void imagesAndFilesAreBoundedByTheirMaximum() {
    String picture =
        "[{\"type\": \"image_url\", \"image_url\": {\"url\": \"data:image/png;base64,%s\"}}]";
    String large = picture.formatted("x".repeat(100_000));

    assertEquals(1_024 + 1_445, bound("gpt-4o", large, "").prompt(), 200);
    assertEquals(1_024 + 48_169, bound("gpt-4o-mini", large, "").prompt(), 200);
    assertEquals(128_000, bound("gpt-4o", "[{\"type\": \"file\", \"file\": {}}]", "").prompt());
  }

  @Test
  void searchIsBoundedByTheContext() {
    assertEquals(
        new UsageBound(128_000, 16_384, 1),
        bound("gpt-4o", "\"Hi\"", ", \"web_search_options\": {}"));
  }

  private static UsageBound bound(String model, String content, String others) {
    try {
      ObjectNode body =
          (ObjectNode)
              new ObjectMapper()
                  .readTree(
                      "{\"model\": \"%s\", \"messages\": [{\"role\": \"user\", \"content\": %s}]%s}"
                          .formatted(model, content, others));
      ModelLimits limits = MODELS.limits(model);
      return switch (ChatJson.parseRequest(body)) {
        case ParseResult.Parsed(ModelRequest request) ->
            ChatUsageEstimator.estimateMax(request, limits);
        case ParseResult.Invalid invalid -> throw new AssertionError(invalid);
      };
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }
}
