package dev.tollgate.cost.calls;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.tollgate.provider.Usage;
import java.math.BigDecimal;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * The fields of a stored call record, in their order. JSON, CSV and the SQL of the ledger are made
 * from this table.
 *
 * <p>A new field needs a row here, a component in its group of {@link CallRecord}, the same
 * component where {@link CallRecordJson} reads the group, and a migration that adds the column.
 * Older records lack the field, so its row has a default or its column takes null.
 */
@SuppressWarnings("ImmutableEnumChecker") // Lambdas without state.
public enum CallField {
  ID("id", Type.TEXT, call -> text(call.id().value())),
  CALL_ID("call_id", Type.TEXT, call -> text(call.callId().value())),
  FINAL("final", Type.BOOLEAN, "is_final", call -> flag(call.finalAttempt())),
  TIME("time", Type.TIMESTAMPTZ, call -> text(call.time().toString())),
  KEY_ID("key_id", Type.TEXT, call -> text(call.keyId())),
  TEAM("team", Type.TEXT, call -> text(call.team())),
  USER_ID("user_id", Type.TEXT, call -> call.user().flatMap(CallField::text)),
  ENDPOINT("endpoint", Type.TEXT, call -> text(call.endpoint())),
  PROVIDER("provider", Type.TEXT, call -> text(call.provider())),
  REQUESTED_MODEL("requested_model", Type.TEXT, call -> text(call.requestedModel())),
  MODEL("model", Type.TEXT, call -> text(call.model())),
  PROMPT("prompt", Type.TEXT, call -> call.prompt().flatMap(prompt -> text(prompt.name()))),
  PROMPT_VERSION(
      "prompt_version",
      Type.INTEGER,
      call -> call.prompt().flatMap(prompt -> number(prompt.version()))),
  INPUT_TOKENS("input_tokens", Type.BIGINT, call -> number(call.usage().input())),
  CACHE_READ_TOKENS("cache_read_tokens", Type.BIGINT, call -> number(call.usage().cacheRead())),
  CACHE_WRITE_5M_TOKENS(
      "cache_write_5m_tokens", Type.BIGINT, call -> number(call.usage().cacheWrite5m())),
  CACHE_WRITE_1H_TOKENS(
      "cache_write_1h_tokens", Type.BIGINT, call -> number(call.usage().cacheWrite1h())),
  OUTPUT_TOKENS("output_tokens", Type.BIGINT, call -> number(call.usage().output())),
  REASONING_TOKENS("reasoning_tokens", Type.BIGINT, call -> number(call.usage().reasoning())),
  WEB_SEARCHES(
      "web_searches", Default.ZERO, call -> unlessZero(call.usage().billing().webSearches())),
  SERVICE_TIER(
      "service_tier",
      Default.STANDARD_TIER,
      call -> unlessStandard(call.usage().billing().serviceTier())),
  REGION("region", Type.TEXT, call -> call.usage().billing().region().flatMap(CallField::text)),
  ASSUMED_WRITE_TOKENS(
      "assumed_write_tokens",
      Default.ZERO,
      call -> unlessZero(call.usage().billing().assumedCacheWrites())),
  SEVERAL_MODELS(
      "several_models",
      Default.FALSE,
      call -> unlessFalse(call.usage().billing().multipleModels())),
  COST_USD("cost_usd", Type.NUMERIC, call -> amount(call.cost())),
  AVOIDED_COST_USD("avoided_cost_usd", Type.NUMERIC, call -> amount(call.avoidedCost())),
  PROMPT_CACHE_READ_SAVINGS_USD(
      "prompt_cache_read_savings_usd",
      Type.NUMERIC,
      call -> amount(call.charge().cost().promptCacheSavings().readSavings())),
  PROMPT_CACHE_WRITE_PREMIUM_USD(
      "prompt_cache_write_premium_usd",
      Type.NUMERIC,
      call -> amount(call.charge().cost().promptCacheSavings().writePremium())),
  PRICE_ID("price_id", Type.TEXT, call -> text(call.priceId())),
  PRICE_STATUS("price_status", Type.TEXT, call -> text(call.priceStatus().id())),
  CACHE("cache", Type.TEXT, call -> text(call.cache().id())),
  ANSWERED_BY("answered_by", Type.TEXT, call -> call.answeredBy().flatMap(id -> text(id.value()))),
  SIMILARITY("similarity", Type.NUMERIC, call -> call.similarity().flatMap(CallField::amount)),
  FINISH_REASON("finish_reason", Type.TEXT, call -> call.finishReason().flatMap(CallField::text)),
  STATUS("status", Type.TEXT, call -> text(call.status().id())),
  FAILURE("failure", Type.TEXT, call -> call.failure().flatMap(CallField::text)),
  LATENCY_MS("latency_ms", Type.BIGINT, call -> number(call.latency().toMillis())),
  PURPOSE("purpose", Type.TEXT, call -> text(call.purpose().id()));

  private static final Set<CallField> USAGE =
      Collections.unmodifiableSet(EnumSet.range(INPUT_TOKENS, SEVERAL_MODELS));

  private final String id;
  private final Type type;
  private final String column;
  private final Optional<String> sqlDefault;
  private final Function<CallRecord, Optional<JsonNode>> value;

  CallField(String id, Type type, Function<CallRecord, Optional<JsonNode>> value) {
    this(id, type, id, Optional.empty(), value);
  }

  CallField(String id, Type type, String column, Function<CallRecord, Optional<JsonNode>> value) {
    this(id, type, column, Optional.empty(), value);
  }

  CallField(String id, Default usual, Function<CallRecord, Optional<JsonNode>> value) {
    this(id, usual.type, id, Optional.of(usual.sql), value);
  }

  CallField(
      String id,
      Type type,
      String column,
      Optional<String> sqlDefault,
      Function<CallRecord, Optional<JsonNode>> value) {
    this.id = id;
    this.type = type;
    this.column = column;
    this.sqlDefault = sqlDefault;
    this.value = value;
  }

  /** The name in JSON, in CSV and in DynamoDB. */
  public String id() {
    return id;
  }

  /** The name of the column in the ledger. */
  public String column() {
    return column;
  }

  /** The type in SQL. */
  public Type type() {
    return type;
  }

  /** The SQL literal that the column has if JSON lacks the field. */
  public Optional<String> sqlDefault() {
    return sqlDefault;
  }

  /** The fields that make {@link Usage}, which decides over the price. */
  public static Set<CallField> usage() {
    return USAGE;
  }

  /** The field of a record as JSON; absent if the record has no value, or the usual one. */
  Optional<JsonNode> value(CallRecord call) {
    return value.apply(call);
  }

  private static Optional<JsonNode> text(String text) {
    return Optional.of(JsonNodeFactory.instance.textNode(text));
  }

  private static Optional<JsonNode> number(int number) {
    return Optional.of(JsonNodeFactory.instance.numberNode(number));
  }

  private static Optional<JsonNode> number(long number) {
    return Optional.of(JsonNodeFactory.instance.numberNode(number));
  }

  private static Optional<JsonNode> amount(BigDecimal amount) {
    return Optional.of(JsonNodeFactory.instance.numberNode(amount));
  }

  private static Optional<JsonNode> flag(boolean flag) {
    return Optional.of(JsonNodeFactory.instance.booleanNode(flag));
  }

  private static Optional<JsonNode> unlessZero(long number) {
    return number == 0 ? Optional.empty() : number(number);
  }

  private static Optional<JsonNode> unlessStandard(String tier) {
    return tier.equals(Usage.Billing.STANDARD_TIER) ? Optional.empty() : text(tier);
  }

  private static Optional<JsonNode> unlessFalse(boolean flag) {
    return flag ? flag(true) : Optional.empty();
  }

  /** The types of columns. */
  public enum Type {
    TEXT,
    BOOLEAN,
    INTEGER,
    BIGINT,
    NUMERIC,
    TIMESTAMPTZ;

    /** The name in SQL. */
    public String sql() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** The usual values, which JSON leaves out and the ledger fills in. */
  private enum Default {
    ZERO(Type.BIGINT, "0"),
    STANDARD_TIER(Type.TEXT, "'" + Usage.Billing.STANDARD_TIER + "'"),
    FALSE(Type.BOOLEAN, "false");

    private final Type type;
    private final String sql;

    Default(Type type, String sql) {
      this.type = type;
      this.sql = sql;
    }
  }
}
