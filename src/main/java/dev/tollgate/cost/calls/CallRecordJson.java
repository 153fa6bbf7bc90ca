package dev.tollgate.cost.calls;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.cost.pricing.Money;
import dev.tollgate.cost.pricing.Price;
import dev.tollgate.cost.pricing.PromptCacheSavings;
import dev.tollgate.json.JsonNodes;
import dev.tollgate.provider.Usage;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Call records as one flat JSON object of strings, numbers and booleans: the shape that all stores
 * and the spilled log lines share.
 */
public final class CallRecordJson {
  /** The fields that a record can have, in their order. */
  public static final List<String> FIELDS =
      List.of(
          "id",
          "call_id",
          "final",
          "time",
          "key_id",
          "team",
          "user_id",
          "endpoint",
          "provider",
          "requested_model",
          "model",
          "prompt",
          "prompt_version",
          "input_tokens",
          "cache_read_tokens",
          "cache_write_5m_tokens",
          "cache_write_1h_tokens",
          "output_tokens",
          "reasoning_tokens",
          "web_searches",
          "service_tier",
          "region",
          "assumed_write_tokens",
          "several_models",
          "cost_usd",
          "avoided_cost_usd",
          "prompt_cache_read_savings_usd",
          "prompt_cache_write_premium_usd",
          "price_id",
          "price_status",
          "cache",
          "answered_by",
          "similarity",
          "finish_reason",
          "status",
          "failure",
          "latency_ms",
          "purpose");

  private CallRecordJson() {}

  public static ObjectNode write(CallRecord call) {
    ObjectNode json =
        JsonNodes.object()
            .put("id", call.id().value())
            .put("call_id", call.callId().value())
            .put("final", call.finalAttempt())
            .put("time", call.time().toString())
            .put("key_id", call.keyId())
            .put("team", call.team());
    call.user().ifPresent(user -> json.put("user_id", user));
    json.put("endpoint", call.endpoint())
        .put("provider", call.provider())
        .put("requested_model", call.requestedModel())
        .put("model", call.model());
    call.prompt()
        .ifPresent(
            prompt -> json.put("prompt", prompt.name()).put("prompt_version", prompt.version()));
    Usage usage = call.usage();
    json.put("input_tokens", usage.input())
        .put("cache_read_tokens", usage.cacheRead())
        .put("cache_write_5m_tokens", usage.cacheWrite5m())
        .put("cache_write_1h_tokens", usage.cacheWrite1h())
        .put("output_tokens", usage.output())
        .put("reasoning_tokens", usage.reasoning());
    putBilling(json, usage.billing());
    json.put("cost_usd", call.cost())
        .put("avoided_cost_usd", call.avoidedCost())
        .put("prompt_cache_read_savings_usd", call.promptCacheSavings().readSavings())
        .put("prompt_cache_write_premium_usd", call.promptCacheSavings().writePremium())
        .put("price_id", call.priceId())
        .put("price_status", call.priceStatus().id())
        .put("cache", call.cache().id());
    call.answeredBy().ifPresent(id -> json.put("answered_by", id.value()));
    call.similarity().ifPresent(similarity -> json.put("similarity", similarity));
    call.finishReason().ifPresent(reason -> json.put("finish_reason", reason));
    json.put("status", call.status().name().toLowerCase(Locale.ROOT));
    call.failure().ifPresent(type -> json.put("failure", type));
    return json.put("latency_ms", call.latency().toMillis())
        .put("purpose", call.purpose().name().toLowerCase(Locale.ROOT));
  }

  /** Terms that are the usual ones are left out: records were written before there were others. */
  private static void putBilling(ObjectNode json, Usage.Billing billing) {
    if (billing.webSearches() > 0) {
      json.put("web_searches", billing.webSearches());
    }
    if (!billing.serviceTier().equals(Usage.Billing.STANDARD_TIER)) {
      json.put("service_tier", billing.serviceTier());
    }
    billing.region().ifPresent(region -> json.put("region", region));
    if (billing.assumedCacheWrites() > 0) {
      json.put("assumed_write_tokens", billing.assumedCacheWrites());
    }
    if (billing.multipleModels()) {
      json.put("several_models", true);
    }
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws IllegalArgumentException if a field is missing or out of range
   */
  public static CallRecord read(JsonNode json) {
    return new CallRecord(
        new CallId(text(json, "id")),
        new CallId(text(json, "call_id")),
        flag(json, "final"),
        text(json, "key_id"),
        text(json, "team"),
        optional(json, "user_id"),
        text(json, "endpoint"),
        text(json, "provider"),
        text(json, "requested_model"),
        text(json, "model"),
        optional(json, "prompt")
            .map(name -> new CallRecord.PromptUse(name, (int) number(json, "prompt_version"))),
        new Usage(
            number(json, "input_tokens"),
            number(json, "cache_read_tokens"),
            number(json, "cache_write_5m_tokens"),
            number(json, "cache_write_1h_tokens"),
            number(json, "output_tokens"),
            number(json, "reasoning_tokens"),
            new Usage.Billing(
                numberOrZero(json, "web_searches"),
                optional(json, "service_tier").orElse(Usage.Billing.STANDARD_TIER),
                optional(json, "region"),
                numberOrZero(json, "assumed_write_tokens"),
                json.path("several_models").asBoolean())),
        amount(json, "cost_usd"),
        amount(json, "avoided_cost_usd"),
        // Records of the first days do not have them.
        new PromptCacheSavings(
            amountOrZero(json, "prompt_cache_read_savings_usd"),
            amountOrZero(json, "prompt_cache_write_premium_usd")),
        text(json, "price_id"),
        constant(json, "price_status", Price.Status.class),
        constant(json, "cache", CacheOutcome.class),
        optional(json, "answered_by").map(CallId::new),
        json.has("similarity") ? Optional.of(amount(json, "similarity")) : Optional.empty(),
        optional(json, "finish_reason"),
        optional(json, "failure"),
        Duration.ofMillis(number(json, "latency_ms")),
        constant(json, "purpose", CallRecord.Purpose.class));
  }

  private static boolean flag(JsonNode json, String field) {
    if (!json.path(field).isBoolean()) {
      throw new IllegalArgumentException("a call record needs true or false as " + field);
    }
    return json.path(field).booleanValue();
  }

  private static <E extends Enum<E>> E constant(JsonNode json, String field, Class<E> type) {
    String name = text(json, field);
    try {
      return Enum.valueOf(type, name.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("no call record has %s as %s".formatted(name, field), e);
    }
  }

  private static String text(JsonNode json, String field) {
    return optional(json, field)
        .orElseThrow(() -> new IllegalArgumentException("a call record needs " + field));
  }

  private static Optional<String> optional(JsonNode json, String field) {
    return Optional.ofNullable(json.path(field).textValue());
  }

  private static long number(JsonNode json, String field) {
    JsonNode value = json.path(field);
    if (!value.canConvertToExactIntegral() || !value.canConvertToLong()) {
      throw new IllegalArgumentException("a call record needs a whole number as " + field);
    }
    return value.longValue();
  }

  private static BigDecimal amountOrZero(JsonNode json, String field) {
    return json.has(field) ? amount(json, field) : BigDecimal.ZERO;
  }

  private static long numberOrZero(JsonNode json, String field) {
    return json.has(field) ? number(json, field) : 0;
  }

  private static BigDecimal amount(JsonNode json, String field) {
    JsonNode value = json.path(field);
    if (!value.isNumber()) {
      throw new IllegalArgumentException("a call record needs a number as " + field);
    }
    return Money.read(value.decimalValue(), field);
  }
}
