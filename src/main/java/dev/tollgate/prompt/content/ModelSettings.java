package dev.tollgate.prompt.content;

import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;

/**
 * The model of a prompt version, and its parameters.
 *
 * @param temperature the sampling temperature, 0 to 1; empty leaves it to the model
 * @param maxTokens the maximum number of output tokens
 * @param fallbacks the models to call in turn if {@code model} is not available
 */
public record ModelSettings(
    String model, Optional<BigDecimal> temperature, int maxTokens, List<String> fallbacks) {

  public ModelSettings {
    if (model.isBlank()) {
      throw new IllegalArgumentException("model must name a model");
    }
    if (maxTokens < 1) {
      throw new IllegalArgumentException("max_tokens must be at least 1: " + maxTokens);
    }
    if (temperature.isPresent() && !PromptContent.isValidTemperature(temperature.get())) {
      throw new IllegalArgumentException("temperature must be between 0 and 1");
    }
    if (fallbacks.size() > PromptContent.MAX_FALLBACKS
        || fallbacks.stream().anyMatch(String::isBlank)) {
      throw new IllegalArgumentException(
          "fallbacks must name at most " + PromptContent.MAX_FALLBACKS + " models");
    }
    if (fallbacks.contains(model) || fallbacks.stream().distinct().count() < fallbacks.size()) {
      throw new IllegalArgumentException("fallbacks must each name another model");
    }
    fallbacks = List.copyOf(fallbacks);
  }
}
