package dev.tollgate.cost.pricing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.cost.pricing.PriceBook.Change;
import dev.tollgate.provider.ModelCatalogue;
import dev.tollgate.provider.ModelInfo;
import dev.tollgate.provider.Provider;
import dev.tollgate.provider.Usage;
import dev.tollgate.provider.Usage.Billing;
import dev.tollgate.provider.UsageBound;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PriceBookTest {
  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

  private final PriceBook prices = PriceBook.load();

  @Test
  void knowsAModelByItsDatedIdToo() {
    Price undated = prices.findPrice(Provider.ANTHROPIC, "claude-haiku-4-5", NOW);

    assertEquals(Price.Status.PRICED, undated.status());
    assertEquals(undated, prices.findPrice(Provider.ANTHROPIC, "claude-haiku-4-5-20251001", NOW));
  }

  @Test
  void knowsOpenAisDatesToo() {
    assertEquals(
        "openai/gpt-4o@2026-01-01",
        prices.findPrice(Provider.OPENAI, "gpt-4o-2024-08-06", NOW).id());
  }

  /** Half of gpt-4o's input, a tenth of gpt-5.4's; a write costs more than input since gpt-5.6. */
  @Test
  void knowsWhatOpenAisPromptCacheCosts() {
    Usage usage = new Usage(1000, 1000, 1000, 0, 1000, 0);

    assertEquals(new BigDecimal("0.01625"), usd(Provider.OPENAI, "gpt-4o", usage));
    assertEquals(new BigDecimal("0.02025"), usd(Provider.OPENAI, "gpt-5.4", usage));
    assertEquals(new BigDecimal("0.00167"), usd(Provider.OPENAI, "gpt-5.6-luna", usage));
  }

  /** Only a part of its price is known, and half a price would be wrong. */
  @Test
  void incompletePriceIsEstimated() {
    assertEquals(
        Price.Status.ESTIMATED, prices.findPrice(Provider.OPENAI, "gpt-6.1-sol", NOW).status());
  }

  @Test
  void aPriceHoldsUntilTheNextOne() {
    Usage millionRead = new Usage(0, 1_000_000, 0, 0, 0, 0);

    assertEquals(new BigDecimal("0.2"), sonnet55("2026-10-06T23:59:59Z", millionRead));
    assertEquals(new BigDecimal("0.1"), sonnet55("2026-10-07T00:00:00Z", millionRead));
  }

  private BigDecimal sonnet55(String time, Usage usage) {
    return prices
        .findPrice(Provider.ANTHROPIC, "claude-sonnet-5-5", Instant.parse(time))
        .cost(usage)
        .usd();
  }

  @Test
  void anUnknownModelIsEstimatedNeverFree() {
    assertEquals(
        cost("18", "fallback", Price.Status.ESTIMATED),
        prices
            .findPrice(Provider.ANTHROPIC, "claude-unheard-of", NOW)
            .cost(new Usage(1_000_000, 0, 0, 0, 1_000_000, 0)));
  }

  @Test
  void aLongPromptPricesItsWholeRequest() {
    assertEquals(new BigDecimal("0.0105"), usd("claude-haiku-5-5", tokens(100_000, 1000)));
    assertEquals(new BigDecimal("0.0525005"), usd("claude-haiku-5-5", tokens(100_001, 1000)));
    // What came from the prompt cache is a part of the prompt.
    assertEquals(
        new BigDecimal("0.0075005"), usd("claude-haiku-5-5", new Usage(1, 100_000, 0, 0, 1000, 0)));

    assertEquals(
        new BigDecimal("1.389995"), usd(Provider.OPENAI, "gpt-5.5", tokens(271_999, 1000)));
    assertEquals(new BigDecimal("2.765"), usd(Provider.OPENAI, "gpt-5.5", tokens(272_000, 1000)));
  }

  @ParameterizedTest
  @CsvSource({
    "claude-haiku-5-5, 100000, 1000, 0, 0.02255",
    "claude-haiku-5-5, 100001, 1000, 0, 0.1127511",
    "claude-unheard-of, 1000, 1000, 2, 0.0431",
  })
  void theMostThatACallCanCostIsAllOfItAtItsDearest(
      String model, long prompt, long output, long searches, BigDecimal most) {
    Price price =
        PriceBook.load()
            .findPrice(Provider.ANTHROPIC, model, Instant.parse("2026-11-24T10:00:00Z"));

    assertEquals(most, price.maxCost(new UsageBound(prompt, output, searches)));
  }

  @Test
  void bedrocksRegionsCostMoreThanItsGlobalEndpoint() {
    Usage usage = tokens(1_000_000, 1_000_000);

    assertEquals(
        new BigDecimal("6"), usd("global.anthropic.claude-haiku-4-5-20251001-v1:0", usage));
    assertEquals(new BigDecimal("6.6"), usd("us.anthropic.claude-haiku-4-5-20251001-v1:0", usage));
    assertEquals(new BigDecimal("6.6"), usd("anthropic.claude-haiku-4-5-20251001-v1:0", usage));
    assertEquals(new BigDecimal("18"), usd("anthropic.claude-3-5-sonnet-20241022-v2:0", usage));
    assertEquals(
        Price.Status.ESTIMATED,
        prices.findPrice(Provider.ANTHROPIC, "us.anthropic.claude-unheard-of", NOW).status());
  }

  @ParameterizedTest
  @CsvSource({
    "ANTHROPIC, claude-sonnet-4-6, standard, , 18, PRICED",
    "ANTHROPIC, claude-sonnet-4-6, batch, , 9, PRICED",
    "ANTHROPIC, claude-sonnet-4-6, standard, us, 19.8, PRICED",
    "ANTHROPIC, claude-sonnet-4-6, standard, not_available, 18, PRICED",
    "ANTHROPIC, claude-sonnet-4-6, priority, , 18, ESTIMATED",
    "ANTHROPIC, claude-sonnet-4-6, standard, mars, 18, ESTIMATED",
    "OPENAI, gpt-4.1, flex, , 5, PRICED",
    "OPENAI, gpt-4.1, priority, , 17.5, PRICED",
    "OPENAI, gpt-4.1, scale, , 10, ESTIMATED",
    "OPENAI, o1, priority, , 75, ESTIMATED",
  })
  void theTermsOfACallArePriced(
      Provider provider,
      String model,
      String tier,
      String region,
      String usd,
      Price.Status status) {
    Usage usage =
        new Usage(
            1_000_000,
            0,
            0,
            0,
            1_000_000,
            0,
            new Billing(0, tier, Optional.ofNullable(region), 0, false));
    Cost cost = prices.findPrice(provider, model, NOW).cost(usage);

    assertEquals(new BigDecimal(usd), cost.usd());
    assertEquals(status, cost.status());
  }

  /** gpt-5.5's priority tier takes no long prompts, so it has no price for them. */
  @Test
  void whatATierDoesNotTakeIsEstimated() {
    Billing priority = new Billing(0, "priority", Optional.empty(), 0, false);
    Price price = prices.findPrice(Provider.OPENAI, "gpt-5.5", NOW);

    assertEquals(
        cost("0.0875", price.id(), Price.Status.PRICED),
        price.cost(new Usage(1000, 0, 0, 0, 1000, 0, priority)));
    assertEquals(
        cost("3.045", price.id(), Price.Status.ESTIMATED),
        price.cost(new Usage(300_000, 0, 0, 0, 1000, 0, priority)));
  }

  @Test
  void aSearchHasAPriceOfItsOwnWhateverTheTerms() {
    Billing billing = new Billing(3, "batch", Optional.of("us"), 0, false);

    assertEquals(
        new BigDecimal("0.03000165"),
        usd("claude-sonnet-4-6", new Usage(1, 0, 0, 0, 0, 0, billing)));
  }

  @Test
  void tokensOfSeveralModelsAreAnEstimate() {
    Billing several = new Billing(0, "standard", Optional.empty(), 0, true);

    assertEquals(
        Price.Status.ESTIMATED,
        prices
            .findPrice(Provider.ANTHROPIC, "claude-haiku-4-5", NOW)
            .cost(new Usage(1, 0, 0, 0, 0, 0, several))
            .status());
  }

  @Test
  void everyModelOfTheCatalogueHasAPriceOrIsKnownToHaveNone() {
    assertEquals(
        List.of("gpt-6.1-sol"),
        ModelCatalogue.load().all().stream()
            .filter(
                model ->
                    prices.findPrice(model.provider(), model.model(), NOW).status()
                        == Price.Status.ESTIMATED)
            .map(ModelInfo::model)
            .toList());
  }

  @Test
  void tellsWhatANewerBookChanges() {
    String yaml =
        """
        fallback: {input: 3, cache_read: 0.3, cache_write_5m: 3.75, cache_write_1h: 6, output: 15}
        providers: {anthropic: {web_search: 0.01, service_tiers: {}, regions: {}, source: A}}
        prices:
          - {provider: anthropic, model: m, from: 2026-01-01, input: 1, cache_read: 0.10,
             cache_write_5m: 1.25, cache_write_1h: 2, output: 5, source: A}
        """;
    String newer =
        yaml.replace("output: 5,", "output: 6,")
            + "  - {provider: anthropic, model: n, from: 2026-11-01, input: 1, cache_read: 0.1,"
            + " cache_write_5m: 1.25, cache_write_1h: 2, output: 5, source: A}\n";
    List<Change> changes = PriceBook.read(yaml).diff(PriceBook.read(newer));

    assertEquals(
        new Change(
            "anthropic/m@2026-01-01",
            "output",
            Optional.of(new BigDecimal("5")),
            Optional.of(new BigDecimal("6"))),
        changes.getFirst());
    assertEquals(
        Collections.nCopies(5, "anthropic/n@2026-11-01"),
        changes.stream().skip(1).map(Change::priceId).toList());
    assertEquals(List.of(), PriceBook.read(yaml).diff(PriceBook.read(yaml.replace("0.10", "0.1"))));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "output: 5,|outptu: 5,|unknown field: outptu",
        "output: 5,|output: five,|output must be a number",
        "output: 5,|output: -5,|output must be a number",
        "output: 5,|output: 1e999999999,|output is out of range",
        "output: 5,|output: 1e-999999999,|output is out of range",
        "output: 5,|output: 5, output: 6,|is not YAML",
        "output: 5,|output: 5, above: {input: 1},|above.tokens must be",
        "from: 2026-01-01|from: soon|from must be a day",
        "provider: anthropic|provider: acme|providers has no acme",
        "source: A}]|}]|source is missing",
        "prices: [|prices: [{},|provider is missing",
        "web_search: 0.01,|web_search: 0.01, geos: {},|unknown field: geos",
      })
  void aBookThatIsWrongIsRefusedByName(String right, String wrong, String reason) {
    String yaml =
        """
        fallback: {input: 3, cache_read: 0.3, cache_write_5m: 3.75, cache_write_1h: 6, output: 15}
        providers: {anthropic: {web_search: 0.01, source: A}}
        prices: [{provider: anthropic, model: m, from: 2026-01-01, input: 1, cache_read: 0.1,
                  cache_write_5m: 1.25, cache_write_1h: 2, output: 5, source: A}]
        """;
    assertTrue(yaml.contains(right), right);
    PriceBook.read(yaml);

    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class, () -> PriceBook.read(yaml.replace(right, wrong)));
    assertTrue(String.valueOf(refused.getMessage()).contains(reason), refused.getMessage());
  }

  private BigDecimal usd(String model, Usage usage) {
    return usd(Provider.ANTHROPIC, model, usage);
  }

  private BigDecimal usd(Provider provider, String model, Usage usage) {
    Cost cost = prices.findPrice(provider, model, NOW).cost(usage);
    assertEquals(Price.Status.PRICED, cost.status());
    return cost.usd();
  }

  private static Cost cost(String usd, String priceId, Price.Status status) {
    return new Cost(new BigDecimal(usd), PromptCacheSavings.NONE, priceId, status);
  }

  private static Usage tokens(long input, long output) {
    return new Usage(input, 0, 0, 0, output, 0);
  }
}
