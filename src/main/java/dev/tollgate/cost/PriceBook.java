package dev.tollgate.cost;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.tollgate.provider.ModelCatalogue;
import dev.tollgate.provider.Provider;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Prices by provider, model and date, with a fallback for models it does not know. */
public final class PriceBook {
  private static final String RESOURCE = "/prices.yaml";

  private record Row(LocalDate from, Price price) {}

  private final Map<String, List<Row>> rows;
  private final Price fallback;

  private PriceBook(Map<String, List<Row>> rows, Price fallback) {
    this.rows = rows;
    this.fallback = fallback;
  }

  /** The price book that is built in. */
  public static PriceBook load() {
    try (InputStream yaml = PriceBook.class.getResourceAsStream(RESOURCE)) {
      if (yaml == null) {
        throw new IllegalStateException(RESOURCE + " is missing from the package");
      }
      return read(yaml);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + RESOURCE, e);
    }
  }

  static PriceBook read(InputStream yaml) throws IOException {
    JsonNode book =
        new ObjectMapper(new YAMLFactory())
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .readTree(yaml);
    Map<String, List<Row>> rows = new TreeMap<>();
    for (JsonNode row : book.path("prices")) {
      String provider = text(row, "provider");
      String model = text(row, "model");
      LocalDate from = LocalDate.parse(text(row, "from"));
      Price price = new Price(provider + "/" + model + "@" + from, Price.Status.PRICED, rates(row));
      rows.computeIfAbsent(provider + "/" + model, _ -> new ArrayList<>())
          .add(new Row(from, price));
    }
    rows.values().forEach(list -> list.sort(Comparator.comparing(Row::from).reversed()));
    return new PriceBook(
        rows, new Price("fallback", Price.Status.ESTIMATED, rates(book.path("fallback"))));
  }

  /** The price that held at {@code time}; the fallback, marked as estimated, if none is known. */
  public Price price(Provider provider, String model, Instant time) {
    LocalDate day = time.atZone(ZoneOffset.UTC).toLocalDate();
    return find(provider, model, day)
        .or(() -> find(provider, ModelCatalogue.undated(model), day))
        .orElse(fallback);
  }

  private Optional<Price> find(Provider provider, String model, LocalDate day) {
    return rows.getOrDefault(provider.id() + "/" + model, List.of()).stream()
        .filter(row -> !row.from().isAfter(day))
        .map(Row::price)
        .findFirst();
  }

  private static Rates rates(JsonNode row) {
    return new Rates(
        amount(row, "input"),
        amount(row, "cache_read"),
        amount(row, "cache_write_5m"),
        amount(row, "cache_write_1h"),
        amount(row, "output"));
  }

  private static BigDecimal amount(JsonNode row, String field) {
    JsonNode value = row.path(field);
    if (!value.isNumber() || value.decimalValue().signum() < 0) {
      throw new IllegalStateException(RESOURCE + ": " + field + " must be a rate in: " + row);
    }
    return value.decimalValue();
  }

  private static String text(JsonNode row, String field) {
    String value = row.path(field).asText();
    if (value.isBlank()) {
      throw new IllegalStateException(RESOURCE + ": " + field + " is missing in: " + row);
    }
    return value;
  }
}
