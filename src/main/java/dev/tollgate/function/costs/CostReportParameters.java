package dev.tollgate.function.costs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.cost.calls.CacheOutcome;
import dev.tollgate.cost.calls.CallId;
import dev.tollgate.cost.calls.CallRecord.Purpose;
import dev.tollgate.cost.ledger.CallQuery;
import dev.tollgate.cost.ledger.CostQuery;
import dev.tollgate.cost.ledger.Dimension;
import dev.tollgate.function.http.ApiError;
import dev.tollgate.function.http.ApiException;
import dev.tollgate.function.http.Csv;
import dev.tollgate.function.http.IntegerParameter;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The parameters of cost reports: a query string, or the fields of an action, which are the same.
 * Filters have the names of the dimensions. A filter with several values matches any of them.
 */
final class CostReportParameters {
  private static final int DEFAULT_DAYS = 30;
  private static final int MAX_DAYS = 400;

  /** Before Tollgate existed. PostgreSQL rejects much earlier days. */
  private static final int FIRST_YEAR = 2000;

  private static final int DEFAULT_LIMIT = 1_000;
  private static final int MAX_LIMIT = 5_000;
  private static final int MAX_OFFSET = 1_000_000;

  /** No name is longer. */
  private static final int MAX_VALUE_LENGTH = 256;

  private static final int MAX_VALUES = 100;

  private static final List<String> PERIOD = List.of("days", "from", "to");
  private static final List<String> PAGE = List.of("limit", "cursor");
  private static final List<String> FORMAT = List.of("format");
  private static final List<String> GROUPS = List.of("group_by", "only");
  private static final List<String> SINGLE_CALLS = List.of("key_id", "call_id", "failed");

  /** All dimensions but the day, because the period has parameters of its own. */
  private static final List<String> FILTERS =
      Stream.of(Dimension.values())
          .filter(dimension -> dimension != Dimension.DAY)
          .map(Dimension::id)
          .toList();

  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}");

  private final Map<String, List<String>> values;
  private final LocalDate today;

  private CostReportParameters(
      Map<String, List<String>> values, LocalDate today, Stream<List<String>> known) {
    this.values = values;
    this.today = today;
    Set<String> names = known.flatMap(List::stream).collect(Collectors.toCollection(TreeSet::new));
    for (Map.Entry<String, List<String>> value : values.entrySet()) {
      if (!names.contains(value.getKey())) {
        throw new ApiException(
            ApiError.unknown(
                value.getKey(),
                "Unknown parameter %s. Known parameters: %s."
                    .formatted(value.getKey(), String.join(", ", names))));
      }
      if (value.getValue().size() > MAX_VALUES
          || value.getValue().stream().anyMatch(text -> text.length() > MAX_VALUE_LENGTH)) {
        throw invalid(
            value.getKey(),
            "takes at most %d values of %d characters".formatted(MAX_VALUES, MAX_VALUE_LENGTH));
      }
      // PostgreSQL rejects NUL, and no record has other control characters.
      if (value.getValue().stream()
          .anyMatch(text -> text.chars().anyMatch(Character::isISOControl))) {
        throw invalid(value.getKey(), "must not contain control characters");
      }
    }
  }

  /** The parameters of a report. */
  static CostReportParameters forReport(Map<String, List<String>> values, LocalDate today) {
    return new CostReportParameters(
        values, today, Stream.of(PERIOD, FILTERS, GROUPS, PAGE, FORMAT));
  }

  /** The parameters of a list of single calls. */
  static CostReportParameters forCalls(Map<String, List<String>> values, LocalDate today) {
    return new CostReportParameters(
        values, today, Stream.of(PERIOD, FILTERS, SINGLE_CALLS, PAGE, FORMAT));
  }

  /** Converts the fields of an action: texts, numbers, true, false, or lists. */
  static Map<String, List<String>> valuesOf(ObjectNode fields) {
    Map<String, List<String>> values = new HashMap<>();
    for (Map.Entry<String, JsonNode> field : fields.properties()) {
      List<String> texts = new ArrayList<>();
      JsonNode value = field.getValue();
      for (JsonNode each : value.isArray() ? value : List.of(value)) {
        if (!each.isValueNode() || each.isNull()) {
          throw invalid(field.getKey(), "must be a text, a number or a list of them");
        }
        texts.add(each.asText());
      }
      if (texts.isEmpty()) {
        throw invalid(field.getKey(), "is an empty list: omit it to match all");
      }
      values.put(field.getKey(), texts);
    }
    return values;
  }

  CostQuery costQuery() {
    Map<Dimension, Set<String>> filter = new EnumMap<>(Dimension.class);
    for (Dimension dimension : Dimension.values()) {
      List<String> allowed = values.getOrDefault(dimension.id(), List.of());
      allowed.forEach(value -> validate(dimension, value));
      if (!allowed.isEmpty()) {
        filter.put(dimension, Set.copyOf(allowed));
      }
    }
    if (filter.containsKey(Dimension.PROMPT_VERSION) && !filter.containsKey(Dimension.PROMPT)) {
      throw invalid("prompt_version", "requires the parameter prompt");
    }
    return readPeriod(filter);
  }

  private static void validate(Dimension dimension, String value) {
    switch (dimension) {
      case PURPOSE -> requireOneOf("purpose", value, Stream.of(Purpose.values()).map(Enum::name));
      case CACHE ->
          requireOneOf("cache", value, Stream.of(CacheOutcome.values()).map(CacheOutcome::id));
      case PROMPT_VERSION -> {
        if (!NUMBER.matcher(value).matches()) {
          throw invalid("prompt_version", "must be a number");
        }
      }
      case USER, PROMPT -> {}
      case DAY, TEAM, ENDPOINT, PROVIDER, MODEL -> {
        if (value.isBlank()) {
          throw invalid(dimension.id(), "is empty: omit it to match all");
        }
      }
    }
  }

  private static void requireOneOf(String parameter, String value, Stream<String> known) {
    Set<String> names =
        known
            .map(name -> name.toLowerCase(Locale.ROOT))
            .collect(Collectors.toCollection(TreeSet::new));
    if (!names.contains(value)) {
      throw invalid(parameter, "must be one of " + String.join(", ", names));
    }
  }

  private CostQuery readPeriod(Map<Dimension, Set<String>> filter) {
    Optional<LocalDate> ofCall = readCallId("call_id").map(CostReportParameters::dayOf);
    if (ofCall.isPresent() && PERIOD.stream().noneMatch(values::containsKey)) {
      LocalDate day = ofCall.get();
      return new CostQuery(day, day.isAfter(today) ? day : today, filter);
    }
    Optional<LocalDate> from = readDay("from");
    Optional<LocalDate> to = readDay("to");
    if (from.isEmpty() && to.isEmpty()) {
      int days =
          singleValue("days")
              .map(text -> IntegerParameter.parse("days", text, 1, MAX_DAYS))
              .orElse(DEFAULT_DAYS);
      return new CostQuery(today.minusDays(days - 1L), today, filter);
    }
    if (singleValue("days").isPresent()) {
      throw invalid("days", "cannot be combined with from and to");
    }
    LocalDate first =
        from.orElseThrow(() -> invalid("to", "requires from, the first day of the period"));
    LocalDate last = to.orElse(today);
    if (last.isAfter(today)) {
      throw invalid("to", "is in the future: days are UTC, and today is " + today);
    }
    if (last.isBefore(first)) {
      throw invalid("from", "must not be after " + last + ", the last day of the period");
    }
    if (first.plusDays(MAX_DAYS).compareTo(last) <= 0) {
      throw invalid("from", "must be within %d days of %s".formatted(MAX_DAYS, last));
    }
    return new CostQuery(first, last, filter);
  }

  private static LocalDate dayOf(CallId id) {
    return id.time().atOffset(ZoneOffset.UTC).toLocalDate();
  }

  private Optional<LocalDate> readDay(String parameter) {
    return singleValue(parameter)
        .map(
            text -> {
              try {
                LocalDate day = LocalDate.parse(text);
                if (day.getYear() >= FIRST_YEAR) {
                  return day;
                }
              } catch (DateTimeParseException e) {
                // The error below names the parameter.
              }
              throw invalid(parameter, "must be a day such as 2026-11-24");
            });
  }

  /** The dimensions to group by, each once, in the order of the request. */
  List<Dimension> groupBy() {
    List<Dimension> dimensions =
        values.getOrDefault("group_by", List.of()).stream()
            .flatMap(text -> Arrays.stream(text.split(",", -1)))
            .map(String::strip)
            .map(CostReportParameters::parseDimension)
            .distinct()
            .toList();
    if (dimensions.contains(Dimension.PROMPT_VERSION) && !dimensions.contains(Dimension.PROMPT)) {
      throw invalid("group_by", "has prompt_version, which requires prompt: add prompt");
    }
    return dimensions;
  }

  /** Whether the caller requests the groups without the rest of the report. */
  boolean isGroupsOnly() {
    Optional<String> only = singleValue("only");
    if (only.isPresent() && !only.get().equals("groups")) {
      throw invalid("only", "must be groups");
    }
    return only.isPresent();
  }

  private static Dimension parseDimension(String name) {
    return Dimension.find(name)
        .orElseThrow(
            () ->
                invalid(
                    "group_by",
                    "must name some of "
                        + Stream.of(Dimension.values())
                            .map(Dimension::id)
                            .collect(Collectors.joining(", "))));
  }

  /** The number of groups before this page. */
  int offset() {
    return singleValue("cursor")
        .map(text -> IntegerParameter.parse("cursor", text, 1, MAX_OFFSET))
        .orElse(0);
  }

  int limit() {
    return singleValue("limit")
        .map(text -> IntegerParameter.parse("limit", text, 1, MAX_LIMIT))
        .orElse(DEFAULT_LIMIT);
  }

  /** The query for single calls: one more than the page, to see whether there is a next page. */
  CallQuery callQuery() {
    return new CallQuery(
        costQuery(),
        Set.copyOf(values.getOrDefault("key_id", List.of())),
        readCallId("call_id"),
        readFlag("failed"),
        readCallId("cursor"),
        limit() + 1);
  }

  private Optional<CallId> readCallId(String parameter) {
    return singleValue(parameter)
        .map(
            text -> {
              try {
                return new CallId(text);
              } catch (IllegalArgumentException e) {
                throw invalid(parameter, "must be the id of a call, 26 letters and digits");
              }
            });
  }

  private Optional<Boolean> readFlag(String parameter) {
    return singleValue(parameter)
        .map(
            text -> {
              if (!text.equals("true") && !text.equals("false")) {
                throw invalid(parameter, "must be true or false");
              }
              return text.equals("true");
            });
  }

  /**
   * Whether the caller requests CSV.
   *
   * @param accept the request header
   */
  boolean isCsv(Optional<String> accept) {
    return Csv.isRequested(singleValue("format"), accept);
  }

  private Optional<String> singleValue(String parameter) {
    List<String> all = values.getOrDefault(parameter, List.of());
    if (all.size() > 1) {
      throw invalid(parameter, "takes one value");
    }
    return all.stream().findFirst();
  }

  private static ApiException invalid(String parameter, String rule) {
    return new ApiException(
        ApiError.invalid(parameter, "The parameter %s %s.".formatted(parameter, rule)));
  }
}
