package dev.tollgate.cost.calls;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.cost.calls.CallRecord.Attempt;
import dev.tollgate.cost.calls.CallRecord.Attribution;
import dev.tollgate.cost.calls.CallRecord.CacheUse;
import dev.tollgate.cost.calls.CallRecord.Charge;
import dev.tollgate.cost.calls.CallRecord.Models;
import dev.tollgate.cost.calls.CallRecord.Outcome;
import dev.tollgate.cost.calls.CallRecord.PromptUse;
import dev.tollgate.cost.pricing.Cost;
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
import java.util.stream.Stream;

/**
 * Call records as one flat JSON object of strings, numbers and booleans. All stores and the lines
 * of the dead-letter log share this shape.
 */
public final class CallRecordJson {
  /** The fields that a record can have, in their order. */
  public static final List<String> FIELDS =
      Stream.of(CallField.values()).map(CallField::id).toList();

  private CallRecordJson() {}

  public static ObjectNode write(CallRecord call) {
    ObjectNode json = JsonNodes.object();
    for (CallField field : CallField.values()) {
      field.value(call).ifPresent(value -> json.set(field.id(), value));
    }
    return json;
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws IllegalArgumentException if a field is missing or out of range
   */
  public static CallRecord read(JsonNode json) {
    return new CallRecord(
        readAttempt(json),
        readAttribution(json),
        new Models(
            text(json, CallField.PROVIDER),
            text(json, CallField.REQUESTED_MODEL),
            text(json, CallField.MODEL)),
        readUsage(json),
        readCharge(json),
        readCacheUse(json),
        readOutcome(json));
  }

  private static Attempt readAttempt(JsonNode json) {
    return new Attempt(
        new CallId(text(json, CallField.ID)),
        new CallId(text(json, CallField.CALL_ID)),
        flag(json, CallField.FINAL));
  }

  private static Attribution readAttribution(JsonNode json) {
    return new Attribution(
        text(json, CallField.KEY_ID),
        text(json, CallField.TEAM),
        optional(json, CallField.USER_ID),
        text(json, CallField.ENDPOINT),
        optional(json, CallField.PROMPT)
            .map(name -> new PromptUse(name, (int) number(json, CallField.PROMPT_VERSION))),
        constant(json, CallField.PURPOSE, CallRecord.Purpose.class));
  }

  /** Reads the fields of {@link CallField#usage}. */
  public static Usage readUsage(JsonNode json) {
    return new Usage(
        number(json, CallField.INPUT_TOKENS),
        number(json, CallField.CACHE_READ_TOKENS),
        number(json, CallField.CACHE_WRITE_5M_TOKENS),
        number(json, CallField.CACHE_WRITE_1H_TOKENS),
        number(json, CallField.OUTPUT_TOKENS),
        number(json, CallField.REASONING_TOKENS),
        new Usage.Billing(
            numberOrZero(json, CallField.WEB_SEARCHES),
            optional(json, CallField.SERVICE_TIER).orElse(Usage.Billing.STANDARD_TIER),
            optional(json, CallField.REGION),
            numberOrZero(json, CallField.ASSUMED_WRITE_TOKENS),
            json.path(CallField.SEVERAL_MODELS.id()).asBoolean()));
  }

  private static Charge readCharge(JsonNode json) {
    // The first records have no savings of prompt caching.
    PromptCacheSavings savings =
        new PromptCacheSavings(
            amountOrZero(json, CallField.PROMPT_CACHE_READ_SAVINGS_USD),
            amountOrZero(json, CallField.PROMPT_CACHE_WRITE_PREMIUM_USD));
    return new Charge(
        new Cost(
            amount(json, CallField.COST_USD),
            savings,
            text(json, CallField.PRICE_ID),
            constant(json, CallField.PRICE_STATUS, Price.Status.class)),
        amount(json, CallField.AVOIDED_COST_USD));
  }

  private static CacheUse readCacheUse(JsonNode json) {
    return new CacheUse(
        constant(json, CallField.CACHE, CacheOutcome.class),
        optional(json, CallField.ANSWERED_BY).map(CallId::new),
        json.has(CallField.SIMILARITY.id())
            ? Optional.of(amount(json, CallField.SIMILARITY))
            : Optional.empty());
  }

  private static Outcome readOutcome(JsonNode json) {
    return new Outcome(
        optional(json, CallField.FINISH_REASON),
        optional(json, CallField.FAILURE),
        Duration.ofMillis(number(json, CallField.LATENCY_MS)));
  }

  private static boolean flag(JsonNode json, CallField field) {
    JsonNode value = json.path(field.id());
    if (!value.isBoolean()) {
      throw new IllegalArgumentException("a call record needs true or false as " + field.id());
    }
    return value.booleanValue();
  }

  private static <E extends Enum<E>> E constant(JsonNode json, CallField field, Class<E> type) {
    String name = text(json, field);
    try {
      return Enum.valueOf(type, name.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "a call record cannot have %s as %s".formatted(name, field.id()), e);
    }
  }

  private static String text(JsonNode json, CallField field) {
    return optional(json, field)
        .orElseThrow(() -> new IllegalArgumentException("a call record needs " + field.id()));
  }

  private static Optional<String> optional(JsonNode json, CallField field) {
    return Optional.ofNullable(json.path(field.id()).textValue());
  }

  private static long number(JsonNode json, CallField field) {
    JsonNode value = json.path(field.id());
    if (!value.canConvertToExactIntegral() || !value.canConvertToLong()) {
      throw new IllegalArgumentException("a call record needs a whole number as " + field.id());
    }
    return value.longValue();
  }

  private static long numberOrZero(JsonNode json, CallField field) {
    return json.has(field.id()) ? number(json, field) : 0;
  }

  private static BigDecimal amount(JsonNode json, CallField field) {
    JsonNode value = json.path(field.id());
    if (!value.isNumber()) {
      throw new IllegalArgumentException("a call record needs a number as " + field.id());
    }
    return Money.read(value.decimalValue(), field.id());
  }

  private static BigDecimal amountOrZero(JsonNode json, CallField field) {
    return json.has(field.id()) ? amount(json, field) : BigDecimal.ZERO;
  }
}
