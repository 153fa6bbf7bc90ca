package dev.tollgate.cost.pricing;

import dev.tollgate.provider.ModelCatalogue;
import dev.tollgate.provider.Provider;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Prices by provider, model and time, with a fallback for unknown models. Each price has two dates:
 * the first day on which it is valid, and the first day on which it was known. So a past call can
 * be priced by what is known now, or by what was known then.
 */
public final class PriceBook {
  private static final String RESOURCE = "/prices.yaml";
  private static final String BEDROCK = "bedrock";

  /** The id of the price of unknown models. */
  static final String FALLBACK_ID = "fallback";

  /** Bedrock's ids, such as {@code us.anthropic.claude-haiku-4-5-20251001-v1:0}. */
  private static final Pattern BEDROCK_ID =
      Pattern.compile("(?:([a-z]{2,6})\\.)?(anthropic\\.[^:]+?)(?:-v\\d+(?::\\d+)?)?");

  /**
   * A row of the book.
   *
   * @param model the provider's name and the model's id without its date
   * @param validFrom the first day on which it is valid
   * @param knownSince the first day on which it was known
   */
  record PriceRow(String model, LocalDate validFrom, LocalDate knownSince, Price price) {}

  /** A rate that differs between two books, or that only one of them has. */
  public record Change(
      String priceId, String rate, Optional<BigDecimal> before, Optional<BigDecimal> after) {}

  private final Map<String, List<PriceRow>> rows;
  private final Rates fallback;
  private final Map<String, Surcharges> surcharges;

  /** Every number of the book by price id and rate. */
  private final SortedMap<String, SortedMap<String, BigDecimal>> rates;

  PriceBook(
      List<PriceRow> rows,
      Rates fallback,
      Map<String, Surcharges> surcharges,
      SortedMap<String, SortedMap<String, BigDecimal>> rates) {
    this.rows = new TreeMap<>();
    for (PriceRow row : rows) {
      this.rows.computeIfAbsent(row.model(), _ -> new ArrayList<>()).add(row);
    }
    this.rows
        .values()
        .forEach(
            list ->
                list.sort(
                    Comparator.comparing(PriceRow::validFrom)
                        .thenComparing(PriceRow::knownSince)
                        .reversed()));
    this.fallback = fallback;
    this.surcharges = Map.copyOf(surcharges);
    this.rates = Collections.unmodifiableSortedMap(rates);
  }

  /** Loads the built-in price book. */
  public static PriceBook load() {
    try (InputStream yaml = PriceBook.class.getResourceAsStream(RESOURCE)) {
      if (yaml == null) {
        throw new IllegalStateException(RESOURCE + " is missing from the package");
      }
      return read(new String(yaml.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + RESOURCE, e);
    }
  }

  /** Loads an installation's own price book. */
  public static PriceBook load(Path file) {
    try {
      return read(Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the price book " + file, e);
    }
  }

  /**
   * Reads a book from YAML in the form of {@code prices.yaml}.
   *
   * @throws IllegalArgumentException if the book is invalid; the message names the row and the
   *     field
   */
  public static PriceBook read(String yaml) {
    return PriceBookYaml.parse(yaml);
  }

  /** Returns the prices that were known at the end of a day. */
  public PriceBook asOf(LocalDate day) {
    return new PriceBook(
        rows.values().stream()
            .flatMap(List::stream)
            .filter(row -> !row.knownSince().isAfter(day))
            .toList(),
        fallback,
        surcharges,
        rates);
  }

  /** Finds the price at {@code time}; the fallback, marked as estimated, if there is none. */
  public Price findPrice(Provider provider, String model, Instant time) {
    LocalDate day = time.atZone(ZoneOffset.UTC).toLocalDate();
    Matcher bedrock = BEDROCK_ID.matcher(model);
    String seller = bedrock.matches() ? BEDROCK : provider.id();
    String id = bedrock.matches() ? bedrockId(bedrock) : model;
    return find(seller, id, day)
        .or(() -> find(seller, ModelCatalogue.withoutDate(id), day))
        .orElseGet(
            () ->
                new Price(
                    FALLBACK_ID,
                    Price.Status.ESTIMATED,
                    new RateCard(fallback, Optional.empty(), Optional.empty()),
                    surcharges.getOrDefault(seller, Surcharges.NONE)));
  }

  /** The global endpoint has its own prices. All regions share the others. */
  private static String bedrockId(Matcher id) {
    return ("global".equals(id.group(1)) ? "global." : "regional.") + id.group(2);
  }

  private Optional<Price> find(String seller, String model, LocalDate day) {
    return rows.getOrDefault(seller + "/" + model, List.of()).stream()
        .filter(row -> !row.validFrom().isAfter(day))
        .map(PriceRow::price)
        .findFirst();
  }

  /** Lists every number that differs in another book, in the order of price ids. */
  public List<Change> diff(PriceBook other) {
    List<Change> changes = new ArrayList<>();
    for (String id : union(rates, other.rates)) {
      SortedMap<String, BigDecimal> before = rates.getOrDefault(id, Collections.emptySortedMap());
      SortedMap<String, BigDecimal> after =
          other.rates.getOrDefault(id, Collections.emptySortedMap());
      for (String rate : union(before, after)) {
        Change change =
            new Change(
                id,
                rate,
                Optional.ofNullable(before.get(rate)),
                Optional.ofNullable(after.get(rate)));
        if (!change.before().equals(change.after())) {
          changes.add(change);
        }
      }
    }
    return changes;
  }

  private static TreeSet<String> union(Map<String, ?> one, Map<String, ?> other) {
    TreeSet<String> names = new TreeSet<>(one.keySet());
    names.addAll(other.keySet());
    return names;
  }
}
