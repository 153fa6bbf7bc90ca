package dev.tollgate.cost.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tollgate.TestEngines;
import dev.tollgate.cost.calls.CallRecord;
import dev.tollgate.cost.calls.CallRecords;
import dev.tollgate.cost.ledger.LedgerQueries.Totals;
import dev.tollgate.cost.ledger.Repricing.Difference;
import dev.tollgate.cost.ledger.Repricing.Page;
import dev.tollgate.cost.ledger.Repricing.Scope;
import dev.tollgate.cost.pricing.Cost;
import dev.tollgate.cost.pricing.Price;
import dev.tollgate.cost.pricing.PriceBook;
import dev.tollgate.cost.pricing.PromptCacheSavings;
import dev.tollgate.provider.Provider;
import dev.tollgate.provider.Usage;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;

final class PostgresRepricingIT {
  private static final String NOW = CallRecords.NOW.toString();
  private static final LocalDate DAY = LocalDate.parse("2026-11-22");
  private static final Scope ALL = new Scope(DAY.minusDays(60), DAY, Optional.empty());
  private static final Optional<String> LOOK_ONLY = Optional.empty();
  private static final Optional<String> FINANCE = Optional.of("key_finance");

  /** A million tokens in, a million out. */
  private static final Usage USAGE = new Usage(1_000_000, 0, 0, 0, 1_000_000, 0);

  private PGSimpleDataSource database;
  private PostgresCostLedger ledger;
  private Repricing repricing;
  private LedgerQueries books;

  @BeforeEach
  void makeLedger() throws SQLException {
    database = TestEngines.database();
    ledger = LedgerQueries.ledger(database);
    ledger.migrate();
    repricing = new PostgresRepricing(database, ledger);
    books = new LedgerQueries(database);
  }

  @Test
  void showsTheDifferenceBeforeItApplies() throws SQLException {
    ledger.insert(List.of(call("m", NOW, book("m", "1"))));
    Page expected =
        new Page(
            1,
            List.of(new Difference("anthropic", "m", 1, new BigDecimal("2"), new BigDecimal("4"))),
            Optional.empty());

    assertEquals(expected, reprice(ALL, book("m", "2"), LOOK_ONLY));
    assertEquals(List.of(), books.rows("SELECT * FROM price_adjustment"));
    assertEquals(expected, reprice(ALL, book("m", "2"), FINANCE));
    assertEquals(
        List.of(
            "1 anthropic/m@2026-01-01 anthropic/m@2026-01-01 priced 2.0000000 0.0000000"
                + " key_finance"),
        books.rows(
            "SELECT number, from_price_id, to_price_id, to_price_status,"
                + " round(difference_usd, 7), round(estimated_difference_usd, 7), made_by"
                + " FROM price_adjustment"));
    assertEquals(Set.of(totals("4", "0", 1)), books.totals());
    assertEquals(
        List.of("2"), books.rows("SELECT cost_usd FROM llm_call"), "records are never edited");
    assertEquals(
        List.of("2 2.0"), books.rows("SELECT cost_usd, round(adjustment_usd, 1) FROM v_calls"));
  }

  @Test
  void repeatedRepricingChangesNothing() throws SQLException {
    ledger.insert(List.of(call("m", NOW, book("m", "1"))));
    reprice(ALL, book("m", "2"), FINANCE);

    assertEquals(new Page(1, List.of(), Optional.empty()), reprice(ALL, book("m", "2"), FINANCE));
    assertEquals(Set.of(totals("4", "0", 1)), books.totals());
  }

  @Test
  void laterPriceAdjustsAnAdjustedCall() throws SQLException {
    ledger.insert(List.of(call("m", NOW, book("m", "1"))));
    reprice(ALL, book("m", "2"), FINANCE);
    reprice(ALL, book("m", "0.5"), FINANCE);

    assertEquals(Set.of(totals("1", "0", 1)), books.totals());
    assertEquals(
        List.of("1 2.0", "2 -3.0"),
        books.rows(
            "SELECT number, round(difference_usd, 1) FROM price_adjustment ORDER BY number"));

    reprice(ALL, book("m", "1"), FINANCE);
    assertEquals(Set.of(totals("2", "0", 1)), books.totals());
  }

  @Test
  void estimateWithAPriceBecomesCertain() throws SQLException {
    PriceBook unaware = book("other", "1");
    ledger.insert(List.of(call("m", NOW, unaware), call("unheard-of", NOW, unaware)));
    assertEquals(Set.of(totals("36", "36", 2)), books.totals());

    reprice(ALL, book("m", "1"), FINANCE);

    assertEquals(Set.of(totals("20", "18", 2)), books.totals());
  }

  /** A stream that broke off: the price was known, but not how many tokens are billed. */
  @Test
  void estimatedTokensStayAnEstimate() throws SQLException {
    Instant when = Instant.parse(NOW);
    Cost cost = book("m", "1").findPrice(Provider.ANTHROPIC, "m", when).asEstimated().cost(USAGE);
    ledger.insert(List.of(CallRecords.answered(when, "alice", "m", USAGE, cost)));

    assertEquals(List.of(), reprice(ALL, book("m", "1"), FINANCE).differences());
    reprice(ALL, book("m", "2"), FINANCE);
    assertEquals(Set.of(totals("4", "4", 1)), books.totals());
    assertEquals(List.of(), reprice(ALL, book("m", "2"), FINANCE).differences());
  }

  /** A request that was sent to an unknown model, and not answered. */
  @Test
  void estimatedTokensOfAFailedCallStayAnEstimate() throws SQLException {
    Instant when = Instant.parse(NOW);
    Usage prompt = new Usage(1_000_000, 0, 0, 0, 0, 0);
    Cost cost = book("other", "1").findPrice(Provider.ANTHROPIC, "m", when).cost(prompt);
    ledger.insert(List.of(CallRecords.unanswered(when, "m", prompt, cost)));

    reprice(ALL, book("m", "2"), FINANCE);

    assertEquals(Set.of(totals("2", "2", 1)), books.totals());
  }

  /** Its amount was right, so nothing is added; but it is certain now. */
  @Test
  void confirmedEstimateBecomesCertain() throws SQLException {
    ledger.insert(List.of(call("m", NOW, book("other", "1"))));

    Page part = reprice(ALL, book("m", "9"), FINANCE);

    assertEquals(
        List.of(new Difference("anthropic", "m", 1, new BigDecimal("18"), new BigDecimal("18"))),
        part.differences());
    assertEquals(Set.of(totals("18", "0", 1)), books.totals());
  }

  @Test
  void repricesOnlyTheDaysAndTheModel() throws SQLException {
    PriceBook one = PriceBook.read(yaml(row("m", "1"), row("n", "1")));
    PriceBook two = PriceBook.read(yaml(row("m", "2"), row("n", "2")));
    ledger.insert(
        List.of(
            call("m-20260101", "2026-11-20T23:59:59.999Z", one),
            call("m-20260101", "2026-11-21T00:00:00Z", one),
            call("m-20260101", "2026-11-21T23:59:59.999Z", one),
            call("n", "2026-11-21T12:00:00Z", one),
            call("m-20260101", "2026-11-22T00:00:00Z", one)));
    LocalDate day = LocalDate.parse("2026-11-21");

    Page part = reprice(new Scope(day, day, Optional.of("m")), two, FINANCE);

    assertEquals(2, part.calls());
    assertEquals(2, part.differences().getFirst().calls());
    assertEquals(Set.of(totals("14", "0", 5)), books.totals());
    assertEquals(
        List.of("2026-11-21 8.0", "2026-11-21 2.0"),
        books.rows(
            "SELECT day, round(cost_usd + adjustment_usd, 1) FROM cost_daily"
                + " WHERE day = '2026-11-21' ORDER BY model"));
  }

  /** What the wrong price was for: the tokens, the tier, the region and the searches are kept. */
  @Test
  void pricesACallByItsTerms() throws SQLException {
    PriceBook prices = PriceBook.load();
    Usage usage =
        new Usage(
            100_001, 5, 6, 7, 8, 1, new Usage.Billing(3, "batch", Optional.of("us"), 6, false));
    Cost right =
        prices.findPrice(Provider.ANTHROPIC, "claude-haiku-5-5", CallRecords.NOW).cost(usage);
    Cost wrong = new Cost(BigDecimal.ONE, PromptCacheSavings.NONE, "wrong", Price.Status.PRICED);
    ledger.insert(
        List.of(CallRecords.answered(CallRecords.NOW, "alice", "claude-haiku-5-5", usage, wrong)));

    reprice(ALL, prices, FINANCE);

    assertEquals(Set.of(new Totals(right.usd(), BigDecimal.ZERO, 1)), books.totals());
  }

  /** Two who press the button at the same time. */
  @Test
  void parallelRepricingEqualsSequential() throws Exception {
    ledger.insert(IntStream.range(0, 50).mapToObj(_ -> call("m", NOW, book("m", "1"))).toList());
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Page>> both =
          Collections.nCopies(4, () -> reprice(ALL, book("m", "2"), FINANCE));
      for (Future<Page> part : threads.invokeAll(both)) {
        part.get();
      }
    }

    assertEquals(Set.of(totals("200", "0", 50)), books.totals());
  }

  @Test
  void rebuiltLedgerKeepsAdjustments() throws SQLException {
    List<CallRecord> calls =
        List.of(call("m", NOW, book("other", "1")), call("m", NOW, book("m", "1")));
    ledger.insert(calls);
    reprice(ALL, book("m", "2"), FINANCE);
    Set<Totals> before = books.totals();

    ledger.clear();
    assertEquals(Set.of(totals("0", "0", 0)), books.totals());
    ledger.insert(calls);

    assertEquals(Set.of(totals("8", "0", 2)), before);
    assertEquals(before, books.totals());
    assertEquals(List.of(), reprice(ALL, book("m", "2"), FINANCE).differences());
  }

  /**
   * Any history of batches that come in any order and more than once, of re-pricings in the midst,
   * of erasures and rebuilds: what the records say is what each of the roll-ups says.
   */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 20261122})
  void anyHistoryAddsUp(long seed) throws SQLException {
    Random random = new Random(seed);
    List<CallRecord> calls = IntStream.range(0, 60).mapToObj(_ -> randomCall(random)).toList();
    Set<CallRecord> booked = new HashSet<>();
    PriceBook prices = randomBook(random);
    for (int step = 0; step < 25; step++) {
      switch (random.nextInt(8)) {
        case 0 -> {
          prices = randomBook(random);
          reprice(ALL, prices, FINANCE);
          assertEquals(List.of(), reprice(ALL, prices, FINANCE).differences());
        }
        case 1 ->
            ledger.pseudonymizeUser(
                "search", "user" + random.nextInt(4), "anon" + step, "key_admin");
        case 2 -> {
          if (random.nextInt(4) == 0) {
            ledger.clear();
            ledger.insert(booked);
          }
        }
        default -> {
          List<CallRecord> batch = new ArrayList<>(calls);
          Collections.shuffle(batch, random);
          batch = batch.subList(0, random.nextInt(30));
          ledger.insert(batch);
          booked.addAll(batch);
        }
      }
      assertEquals(1, books.totals().size(), () -> "records and roll-ups disagree");
    }
    ledger.insert(calls);
    reprice(ALL, prices, FINANCE);

    assertEquals(Set.of(expected(calls, prices)), books.totals());
  }

  private static Totals expected(List<CallRecord> calls, PriceBook prices) {
    BigDecimal usd = BigDecimal.ZERO;
    BigDecimal estimated = BigDecimal.ZERO;
    for (CallRecord call : calls) {
      Cost cost =
          prices.findPrice(Provider.ANTHROPIC, call.model(), call.time()).cost(call.usage());
      usd = usd.add(cost.usd());
      estimated = estimated.add(cost.isEstimated() ? cost.usd() : BigDecimal.ZERO);
    }
    return new Totals(usd, estimated, calls.size());
  }

  private static CallRecord randomCall(Random random) {
    Instant time = CallRecords.NOW.minus(Duration.ofHours(random.nextInt(24 * 50)));
    String user = "user" + random.nextInt(4);
    if (random.nextInt(5) == 0) {
      return CallRecords.cached(time, user, "0.25");
    }
    Usage usage =
        new Usage(
            random.nextInt(1000),
            random.nextInt(1000),
            random.nextInt(1000),
            random.nextInt(1000),
            random.nextInt(1000),
            0);
    String model = List.of("m", "n", "unheard-of").get(random.nextInt(3));
    Cost cost = randomBook(random).findPrice(Provider.ANTHROPIC, model, time).cost(usage);
    return CallRecords.answered(time, user, model, usage, cost);
  }

  /** Some books know both models, some one. */
  private static PriceBook randomBook(Random random) {
    String m = row("m", "0." + (1 + random.nextInt(99)));
    String n = row("n", "0." + (1 + random.nextInt(99)));
    return switch (random.nextInt(3)) {
      case 0 -> PriceBook.read(yaml(m));
      case 1 -> PriceBook.read(yaml(n));
      default -> PriceBook.read(yaml(m, n));
    };
  }

  private Page reprice(Scope scope, PriceBook prices, Optional<String> by) {
    Page all = repricing.reprice(scope, prices, Optional.empty(), 7, by);
    while (all.next().isPresent()) {
      all = all.plus(repricing.reprice(scope, prices, all.next(), 7, by));
    }
    return all;
  }

  private static Totals totals(String usd, String estimated, long attempts) {
    return new Totals(new BigDecimal(usd), new BigDecimal(estimated), attempts);
  }

  private static CallRecord call(String model, String time, PriceBook prices) {
    Instant when = Instant.parse(time);
    return CallRecords.answered(
        when, "alice", model, USAGE, prices.findPrice(Provider.ANTHROPIC, model, when).cost(USAGE));
  }

  private static PriceBook book(String model, String rate) {
    return PriceBook.read(yaml(row(model, rate)));
  }

  private static String row(String model, String rate) {
    return """
      - {provider: anthropic, model: %s, from: 2026-01-01, input: %s, cache_read: %<s,
         cache_write_5m: %<s, cache_write_1h: %<s, output: %<s, source: A}
    """
        .formatted(model, rate);
  }

  private static String yaml(String... rows) {
    return """
    fallback: {input: 3, cache_read: 0.3, cache_write_5m: 3.75, cache_write_1h: 6, output: 15}
    providers: {anthropic: {web_search: 0.01, source: A}}
    prices:
    """
        + String.join("", rows);
  }
}
