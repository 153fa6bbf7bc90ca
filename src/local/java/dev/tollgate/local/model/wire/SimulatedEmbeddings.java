package dev.tollgate.local.model.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.local.model.answer.Json;
import dev.tollgate.local.model.fault.ProviderApiException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.zip.CRC32;

/**
 * OpenAI's embeddings API over hashed words: each word, and each three letters of one, points into
 * one dimension. Texts are as alike as their spelling is; of meaning this knows nothing.
 */
public final class SimulatedEmbeddings {
  private static final int DIMENSIONS = 1536;
  private static final int NGRAM_LENGTH = 3;

  private SimulatedEmbeddings() {}

  /** The answer to a request, or {@link ProviderApiException} if it is none. */
  public static ObjectNode respond(ObjectNode request) {
    JsonNode model = request.path("model");
    JsonNode input = request.path("input");
    JsonNode dimensions = request.path("dimensions");
    if (!model.isTextual()) {
      throw ProviderApiException.invalid("you must provide a model parameter");
    }
    if (!input.isTextual() || input.textValue().isEmpty()) {
      throw ProviderApiException.invalid(
          "'$.input' is invalid: the simulated model takes one text");
    }
    if (!dimensions.isMissingNode() && dimensions.asInt() < 1) {
      throw ProviderApiException.invalid("'$.dimensions' is invalid");
    }
    ObjectNode answer = Json.object().put("object", "list");
    ArrayNode vector =
        answer
            .putArray("data")
            .addObject()
            .put("object", "embedding")
            .put("index", 0)
            .putArray("embedding");
    for (float component : embed(input.textValue(), dimensions.asInt(DIMENSIONS))) {
      vector.add(component);
    }
    int tokens = (int) Math.ceil(input.textValue().length() / 4.0);
    answer.put("model", model.textValue());
    answer.putObject("usage").put("prompt_tokens", tokens).put("total_tokens", tokens);
    return answer;
  }

  private static float[] embed(String text, int dimensions) {
    float[] vector = new float[dimensions];
    for (String word : text.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}]+")) {
      addFeature(vector, word);
      for (int i = 0; i + NGRAM_LENGTH < word.length(); i++) {
        addFeature(vector, word.substring(i, i + NGRAM_LENGTH));
      }
    }
    double length = 0;
    for (float component : vector) {
      length += component * component;
    }
    for (int i = 0; i < dimensions; i++) {
      vector[i] /= (float) Math.sqrt(length);
    }
    return vector;
  }

  private static void addFeature(float[] vector, String what) {
    CRC32 hash = new CRC32();
    hash.update(what.getBytes(StandardCharsets.UTF_8));
    vector[(int) (hash.getValue() % vector.length)] += 1;
  }
}
