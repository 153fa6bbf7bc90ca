package dev.tollgate.cost.pricing;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tollgate.json.JsonMappers;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Parses a price book. It rejects missing, unknown, negative and duplicate values. */
final class PriceBookYaml {
  private static final ObjectMapper YAML =
      JsonMappers.configureExact(JsonMappers.yaml())
          .configure(JsonParser.Feature.STRICT_DUPLICATE_DETECTION, true);

  private static final Set<String> RATE_FIELDS =
      Set.of("input", "cache_read", "cache_write_5m", "cache_write_1h", "output");
  private static final Set<String> ROW_FIELDS =
      Set.of("provider", "model", "from", "known", "above", "priority", "source");

  private final SortedMap<String, SortedMap<String, BigDecimal>> rates = new TreeMap<>();

  private PriceBookYaml() {}

  static PriceBook parse(String yaml) {
    JsonNode book;
    try {
      book = YAML.readTree(yaml);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "the price book is not YAML: " + e.getOriginalMessage(), e);
    }
    return new PriceBookYaml().parse(book);
  }

  private PriceBook parse(JsonNode book) {
    requireKnownFields(book, Set.of("fallback", "providers", "prices"), "the price book");
    Rates fallback = rates(book.path("fallback"), "fallback", "");
    Map<String, Surcharges> surcharges = new HashMap<>();
    for (Map.Entry<String, JsonNode> provider : book.path("providers").properties()) {
      surcharges.put(provider.getKey(), surcharges(provider.getValue(), provider.getKey()));
    }
    List<PriceBook.PriceRow> rows = new ArrayList<>();
    for (JsonNode row : book.path("prices")) {
      rows.add(row(row, surcharges));
    }
    if (rows.isEmpty()) {
      throw new IllegalArgumentException("the price book has no prices");
    }
    return new PriceBook(rows, fallback, surcharges, rates);
  }

  private PriceBook.PriceRow row(JsonNode row, Map<String, Surcharges> surcharges) {
    String provider = text(row, "provider");
    String model = provider + "/" + text(row, "model");
    LocalDate from = date(row, "from");
    LocalDate known = row.has("known") ? date(row, "known") : from;
    String id = model + "@" + from + (row.has("known") ? "/" + known : "");
    if (rates.containsKey(id)) {
      throw new IllegalArgumentException(id + " is there twice: give the later one a known date");
    }
    text(row, "source");
    requireKnownFields(row, ROW_FIELDS, RATE_FIELDS, id);
    JsonNode above = row.path("above");
    RateCard card =
        new RateCard(
            rates(row, id, ""),
            above.isMissingNode() ? Optional.empty() : Optional.of(longPrompts(above, id)),
            priority(row.path("priority"), id));
    return new PriceBook.PriceRow(
        model,
        from,
        known,
        new Price(
            id,
            Price.Status.PRICED,
            card,
            Optional.ofNullable(surcharges.get(provider))
                .orElseThrow(() -> new IllegalArgumentException("providers has no " + provider))));
  }

  private RateCard.LongPromptRates longPrompts(JsonNode above, String id) {
    requireKnownFields(above, Set.of("tokens"), RATE_FIELDS, id + " above");
    JsonNode tokens = above.path("tokens");
    if (!tokens.isIntegralNumber() || tokens.longValue() < 1) {
      throw new IllegalArgumentException(id + ": above.tokens must be a number of tokens");
    }
    recordRate(id, "above.tokens", tokens.decimalValue());
    return new RateCard.LongPromptRates(tokens.longValue(), rates(above, id, "above."));
  }

  private Optional<Rates> priority(JsonNode priority, String id) {
    if (priority.isMissingNode()) {
      return Optional.empty();
    }
    requireKnownFields(priority, RATE_FIELDS, id + " priority");
    return Optional.of(rates(priority, id, "priority."));
  }

  private Surcharges surcharges(JsonNode provider, String id) {
    requireKnownFields(provider, Set.of("web_search", "service_tiers", "regions", "source"), id);
    text(provider, "source");
    return new Surcharges(
        amount(provider, id, "web_search", ""),
        factors(provider, id, "service_tiers"),
        factors(provider, id, "regions"));
  }

  private Map<String, BigDecimal> factors(JsonNode provider, String id, String field) {
    Map<String, BigDecimal> factors = new HashMap<>();
    JsonNode values = provider.path(field);
    for (Map.Entry<String, JsonNode> factor : values.properties()) {
      factors.put(factor.getKey(), amount(values, id, factor.getKey(), field + "."));
    }
    return factors;
  }

  private Rates rates(JsonNode row, String id, String prefix) {
    return new Rates(
        amount(row, id, "input", prefix),
        amount(row, id, "cache_read", prefix),
        amount(row, id, "cache_write_5m", prefix),
        amount(row, id, "cache_write_1h", prefix),
        amount(row, id, "output", prefix));
  }

  private BigDecimal amount(JsonNode row, String id, String field, String prefix) {
    JsonNode value = row.path(field);
    if (!value.isNumber() || value.decimalValue().signum() < 0) {
      throw new IllegalArgumentException(
          id + ": " + prefix + field + " must be a number of at least 0");
    }
    BigDecimal amount = Money.read(value.decimalValue(), id + ": " + prefix + field);
    recordRate(id, prefix + field, amount);
    return amount;
  }

  private void recordRate(String id, String rate, BigDecimal amount) {
    rates.computeIfAbsent(id, _ -> new TreeMap<>()).put(rate, amount);
  }

  private static LocalDate date(JsonNode row, String field) {
    String value = text(row, field);
    try {
      return LocalDate.parse(value);
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException(
          field + " must be a day such as 2026-01-01, not " + value + ", in " + row, e);
    }
  }

  private static String text(JsonNode row, String field) {
    String value = row.path(field).asText();
    if (value.isBlank()) {
      throw new IllegalArgumentException(field + " is missing in " + row);
    }
    return value;
  }

  private static void requireKnownFields(
      JsonNode node, Set<String> known, Set<String> alsoKnown, String where) {
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      if (!known.contains(field.getKey()) && !alsoKnown.contains(field.getKey())) {
        throw new IllegalArgumentException(where + " has an unknown field: " + field.getKey());
      }
    }
  }

  private static void requireKnownFields(JsonNode node, Set<String> known, String where) {
    requireKnownFields(node, known, Set.of(), where);
  }
}
