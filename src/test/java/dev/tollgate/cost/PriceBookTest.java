package dev.tollgate.cost;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tollgate.provider.Provider;
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
