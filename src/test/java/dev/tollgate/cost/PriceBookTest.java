package dev.tollgate.cost;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tollgate.provider.Provider;
import dev.tollgate.provider.Usage;
import java.math.BigDecimal;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class PriceBookTest {
  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

  private final PriceBook prices = PriceBook.load();

  @Test
  void knowsAModelByItsDatedIdToo() {
    Price undated = prices.price(Provider.ANTHROPIC, "claude-haiku-4-5", NOW);

    assertEquals(Price.Status.PRICED, undated.status());
    assertEquals(undated, prices.price(Provider.ANTHROPIC, "claude-haiku-4-5-20251001", NOW));
  }

  @Test
  void knowsOpenAisDatesToo() {
    assertEquals(
        "openai/gpt-4o@2026-01-01", prices.price(Provider.OPENAI, "gpt-4o-2024-08-06", NOW).id());
  }

  /** Half of gpt-4o's input, a tenth of gpt-5.4's; a write costs more than input since gpt-5.6. */
  @Test
  void knowsWhatOpenAisPromptCacheCosts() {
    Usage usage = new Usage(1000, 1000, 1000, 0, 1000, 0);

    assertEquals(new BigDecimal("0.01625"), openAi("gpt-4o").cost(usage));
    assertEquals(new BigDecimal("0.02025"), openAi("gpt-5.4").cost(usage));
    assertEquals(new BigDecimal("0.00167"), openAi("gpt-5.6-luna").cost(usage));
  }

  /** Its price depends on the length of the whole request, which the book cannot say. */
  @Test
  void anIncompletePriceIsNone() {
    assertEquals(Price.Status.ESTIMATED, prices.price(Provider.OPENAI, "gpt-5.5", NOW).status());
  }

  private Rates openAi(String model) {
    return prices.price(Provider.OPENAI, model, NOW).rates();
  }

  @Test
  void aPriceHoldsUntilTheNextOne() {
    assertEquals(new BigDecimal("0.2"), cacheRead("2026-10-06T23:59:59Z"));
    assertEquals(new BigDecimal("0.1"), cacheRead("2026-10-07T00:00:00Z"));
  }

  /** Not a tenth of the input, as a rule of thumb has it. */
  @Test
  void takesCacheRatesFromTheBook() {
    Rates fable = prices.price(Provider.ANTHROPIC, "claude-fable-5-1", NOW).rates();

    assertEquals(new BigDecimal("0.25"), fable.cacheRead());
  }

  @Test
  void anUnknownModelIsEstimatedNeverFree() {
    Price price = prices.price(Provider.ANTHROPIC, "claude-unheard-of", NOW);

    assertEquals(Price.Status.ESTIMATED, price.status());
    assertEquals(BigDecimal.valueOf(3), price.rates().input());
    assertEquals(BigDecimal.valueOf(15), price.rates().output());
  }

  private BigDecimal cacheRead(String time) {
    return prices
        .price(Provider.ANTHROPIC, "claude-sonnet-5-5", Instant.parse(time))
        .rates()
        .cacheRead();
  }
}
