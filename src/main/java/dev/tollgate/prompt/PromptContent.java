package dev.tollgate.prompt;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.ledger.CanonicalJson;
import java.math.BigDecimal;
import java.util.Optional;

/**
 * Everything of a prompt version that shapes an answer.
 *
 * @param temperature sampling temperature, 0 to 1; absent leaves it to the model
 * @param maxTokens the most output tokens an answer may have
 * @param cacheable whether answers may be reused although the temperature is not 0
 */
public record PromptContent(
    Template template,
    String model,
    Optional<BigDecimal> temperature,
    int maxTokens,
    boolean cacheable) {
  public static final int DEFAULT_MAX_TOKENS = 1024;

  public PromptContent {
    if (model.isBlank()) {
      throw new IllegalArgumentException("model must name a model");
    }
    if (maxTokens < 1) {
      throw new IllegalArgumentException("max_tokens must be at least 1: " + maxTokens);
    }
    if (temperature.isPresent() && !isTemperature(temperature.get())) {
      throw new IllegalArgumentException("temperature must be between 0 and 1");
    }
  }

  /** Whether a number is between 0 and 1 and has at most six decimals. */
  public static boolean isTemperature(BigDecimal value) {
    return value.signum() >= 0 && value.compareTo(BigDecimal.ONE) <= 0 && value.scale() <= 6;
  }

  /** The first 12 hex digits of the SHA-256 of the template: what drift compares with a file. */
  public String hash() {
    return CanonicalJson.sha256(template.text()).substring(0, 12);
  }

  /** The SHA-256 of the RFC 8785 JSON of all components: what the gate and the cache go by. */
  public String versionHash() {
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("template", template.text())
            .put("model", model)
            .put("max_tokens", maxTokens)
            .put("cacheable", cacheable);
    temperature.ifPresent(value -> json.put("temperature", value));
    return CanonicalJson.sha256(json);
  }
}
