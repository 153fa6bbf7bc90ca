package dev.tollgate.provider.anthropic;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.cost.pricing.Cost;
import dev.tollgate.cost.pricing.PriceBook;
import dev.tollgate.provider.ModelResponse;
import dev.tollgate.provider.Provider;
import dev.tollgate.provider.StreamParseResult;
import dev.tollgate.provider.Usage;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bills that other gateways got wrong, from the provider's answer to the last digit. */
final class GoldenCostTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
  private static final PriceBook PRICES = PriceBook.load();

  /** BerriAI/litellm#9812: the writes of this call were charged twice, as $0.091311. */
  @Test
  void writesAreBilledOnce() throws JsonProcessingException {
    assertEquals(
        "0.054399 anthropic/claude-3-7-sonnet@2026-01-01 priced",
        cost(
            "claude-3-7-sonnet-20250219",
            """
            {"input_tokens": 3, "cache_creation_input_tokens": 12304,
             "cache_read_input_tokens": 0, "output_tokens": 550}
            """));
  }

  /** anthropics/anthropic-sdk-java#353: the breakdown of the writes came as 0/0. */
  @Test
  void writesWithoutABreakdownAreBilledAtFiveMinutes() throws JsonProcessingException {
    assertEquals(
        "0.02056545 anthropic/claude-haiku-4-5@2026-01-01 priced",
        cost(
            "claude-haiku-4-5-20251001",
            """
            {"input_tokens": 335, "cache_creation_input_tokens": 12229,
             "cache_creation": {"ephemeral_5m_input_tokens": 0, "ephemeral_1h_input_tokens": 0},
             "cache_read_input_tokens": 14942, "output_tokens": 690}
            """));
  }

  /** BerriAI/litellm#42663: of 184,457 written tokens only those of the breakdown were priced. */
  @Test
  void writesBeyondTheBreakdownAreBilled() throws JsonProcessingException {
    assertEquals(
        "0.25421475 anthropic/claude-haiku-4-5@2026-01-01 priced",
        cost(
            "claude-haiku-4-5",
            """
            {"input_tokens": 1, "cache_creation_input_tokens": 184457,
             "cache_creation": {"ephemeral_5m_input_tokens": 0, "ephemeral_1h_input_tokens": 31490},
             "cache_read_input_tokens": 0, "output_tokens": 5}
            """));
  }

  /** 0.25 on 10, and not a tenth. */
  @Test
  void cacheReadHasItsOwnRate() throws JsonProcessingException {
    assertEquals(
        "0.25 anthropic/claude-fable-5-1@2026-01-01 priced",
        cost(
            "claude-fable-5-1",
            """
            {"input_tokens": 0, "cache_read_input_tokens": 1000000, "output_tokens": 0}
            """));
  }

  @ParameterizedTest
  @CsvSource({
    "claude-fable-5-2, 0.14, 2026-11-09",
    "claude-mythos-5-2, 0.14, 2026-11-09",
    "claude-mythos-5, 0.25, 2026-01-01"
  })
  void newModelIsPriced(String model, String usd, String from) throws JsonProcessingException {
    assertEquals(
        "%s anthropic/%s@%s priced".formatted(usd, model, from),
        cost(
            model,
            """
            {"input_tokens": 10000, "cache_read_input_tokens": 100000, "output_tokens": 1000}
            """));
  }

  /** 0.30 to write and 0.03 to read on 0.25. */
  @Test
  void cacheWriteHasItsOwnRate() throws JsonProcessingException {
    assertEquals(
        "0.33 anthropic/claude-3-haiku@2026-01-01 priced",
        cost(
            "claude-3-haiku-20240307",
            """
            {"input_tokens": 0, "cache_creation_input_tokens": 1000000,
             "cache_read_input_tokens": 1000000, "output_tokens": 0}
            """));
  }

  /** The rise to $3/$15 on 1 September was announced, and cancelled on 10 August. */
  @Test
  void cancelledAnnouncementIsNotUsed() {
    assertEquals("12", sonnet5(PRICES, "2026-08-31T12:00:00Z").toPlainString());
    assertEquals("12", sonnet5(PRICES, "2026-09-01T12:00:00Z").toPlainString());
  }

  @Test
  void pricesAsKnownOnADate() {
    PriceBook before = PRICES.asOf(LocalDate.parse("2026-08-09"));
    PriceBook after = PRICES.asOf(LocalDate.parse("2026-08-10"));

    assertEquals("12", sonnet5(before, "2026-08-31T12:00:00Z").toPlainString());
    assertEquals("18", sonnet5(before, "2026-09-01T12:00:00Z").toPlainString());
    assertEquals("12", sonnet5(after, "2026-09-01T12:00:00Z").toPlainString());
    assertEquals(
        "anthropic/claude-sonnet-5@2026-09-01/2026-08-05",
        before
            .findPrice(Provider.ANTHROPIC, "claude-sonnet-5", Instant.parse("2026-09-01T00:00:00Z"))
            .id());
  }

  /** Both events carry counts; bifrost#5354 added them up. */
  @Test
  void lastCountsOfAStreamApply() throws JsonProcessingException {
    String events =
        """
        data: {"type": "message_start", "message": {"id": "msg_1", "type": "message", \
        "role": "assistant", "model": "claude-haiku-4-5", "content": [], "usage": \
        {"input_tokens": 1000, "cache_read_input_tokens": 2000, "output_tokens": 1}}}

        data: {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": \
        {"input_tokens": 1000, "cache_read_input_tokens": null, "output_tokens": 100}}

        data: {"type": "message_stop"}

        """;
    ObjectNode message =
        switch (MessageAccumulator.parse(events, JSON)) {
          case StreamParseResult.Complete(ObjectNode whole) -> whole;
          case StreamParseResult.Failed failed -> throw new AssertionError(failed);
          case StreamParseResult.Truncated cut -> throw new AssertionError(cut);
        };

    assertEquals("0.0017 anthropic/claude-haiku-4-5@2026-01-01 priced", cost(message));
  }

  /** The model that answered sets the price, not the one that was asked. */
  @Test
  void unknownModelIsEstimated() throws JsonProcessingException {
    assertEquals(
        "0.018 fallback estimated",
        cost("claude-unheard-of", "{\"input_tokens\": 1000, \"output_tokens\": 1000}"));
  }

  private static BigDecimal sonnet5(PriceBook book, String time) {
    return book.findPrice(Provider.ANTHROPIC, "claude-sonnet-5", Instant.parse(time))
        .cost(new Usage(1_000_000, 0, 0, 0, 1_000_000, 0))
        .usd();
  }

  private static String cost(String model, String usage) throws JsonProcessingException {
    ObjectNode message =
        (ObjectNode)
            JSON.readTree(
                "{\"content\": [], \"stop_reason\": \"end_turn\", \"model\": \"%s\"}"
                    .formatted(model));
    message.set("usage", JSON.readTree(usage));
    return cost(message);
  }

  private static String cost(ObjectNode message) {
    ModelResponse response = MessagesJson.parseResponse(message);
    Cost cost = PRICES.findPrice(Provider.ANTHROPIC, response.model(), NOW).cost(response.usage());
    return cost.usd() + " " + cost.priceId() + " " + cost.status().id();
  }
}
