package dev.tollgate.provider.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.provider.ModelCatalogue;
import dev.tollgate.provider.Usage;
import dev.tollgate.provider.Usage.Billing;
import java.util.Optional;

/**
 * Parses the usage of a response of the Messages API.
 *
 * <p>Anthropic's {@code input_tokens} excludes cached tokens. The write total can exceed its 5m/1h
 * breakdown (the breakdown was 0/0 in anthropics/anthropic-sdk-java#353). The difference counts as
 * an assumed 5m write, which is the default lifetime. A negative count is invalid.
 */
final class MessagesUsageParser {
  private long input;
  private long cacheRead;
  private long cacheWrite5m;
  private long cacheWrite1h;
  private long output;
  private long assumedCacheWrites;
  private boolean multipleModels;

  private MessagesUsageParser() {}

  /**
   * Parses the usage of a message, which may be incomplete.
   *
   * @throws IllegalArgumentException if a count is negative, or if input or output is missing
   */
  static Usage parse(ObjectNode message) {
    JsonNode usage = message.path("usage");
    MessagesUsageParser sum = new MessagesUsageParser();
    JsonNode iterations = usage.path("iterations");
    if (iterations.isEmpty()) {
      sum.add(usage);
    } else {
      sum.addAll(iterations, message.path("model").asText());
    }
    return new Usage(
        sum.input,
        sum.cacheRead,
        sum.cacheWrite5m,
        sum.cacheWrite1h,
        sum.output,
        // Reasoning is part of the output: a larger count must not lose the record of a billed
        // call.
        Math.min(usage.path("output_tokens_details").path("thinking_tokens").asLong(), sum.output),
        new Billing(
            usage.path("server_tool_use").path("web_search_requests").asLong(),
            usage.path("service_tier").asText(Billing.STANDARD_TIER),
            Optional.ofNullable(usage.path("inference_geo").textValue()),
            sum.assumedCacheWrites,
            sum.multipleModels));
  }

  /**
   * Adds the usage of all iterations. After several attempts or a summary, the total covers only
   * the last iteration. The API does not bill an attempt of another model without output
   * (anthropics/skills, model-migration.md).
   */
  private void addAll(JsonNode iterations, String answering) {
    for (JsonNode iteration : iterations) {
      String model = iteration.path("model").asText(answering);
      boolean isAnswering =
          ModelCatalogue.withoutDate(model).equals(ModelCatalogue.withoutDate(answering));
      if (isAnswering || iteration.path("output_tokens").asLong() > 0) {
        add(iteration);
        multipleModels |= !isAnswering;
      }
    }
  }

  private void add(JsonNode usage) {
    if (!usage.path("input_tokens").isIntegralNumber()
        || !usage.path("output_tokens").isIntegralNumber()) {
      throw new IllegalArgumentException("the response does not state its usage");
    }
    JsonNode breakdown = usage.path("cache_creation");
    long writes5m = count(breakdown, "ephemeral_5m_input_tokens");
    long writes1h = count(breakdown, "ephemeral_1h_input_tokens");
    long unattributed =
        Math.max(0, count(usage, "cache_creation_input_tokens") - writes5m - writes1h);
    input += count(usage, "input_tokens");
    cacheRead += count(usage, "cache_read_input_tokens");
    cacheWrite5m += writes5m + unattributed;
    cacheWrite1h += writes1h;
    output += count(usage, "output_tokens");
    assumedCacheWrites += unattributed;
  }

  /** Returns a count; null or absent means 0. */
  private static long count(JsonNode usage, String field) {
    long count = usage.path(field).asLong();
    if (count < 0) {
      throw new IllegalArgumentException(field + " is negative: " + count);
    }
    return count;
  }
}
