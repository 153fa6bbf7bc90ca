package dev.tollgate.cost.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tollgate.TestEngines;
import dev.tollgate.cost.calls.CallRecord;
import dev.tollgate.cost.calls.CallRecords;
import dev.tollgate.cost.ledger.CostReport.Totals;
import dev.tollgate.cost.pricing.Cost;
import dev.tollgate.cost.pricing.Money;
import dev.tollgate.cost.pricing.PriceBook;
import dev.tollgate.provider.Provider;
import dev.tollgate.provider.Usage;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Compares our figures with the simple formula: price times tokens of every row as spend, and the
 * cached rows' part of it as savings.
 */
final class SimpleFormulaIT {
  private static final List<String> MODELS = List.of("claude-haiku-4-5", "claude-sonnet-5");

  private final Random random = new Random(20261124);
  private final PriceBook prices = PriceBook.load();

  @Test
  void simpleFormulaCountsACachedCallTwice() throws Exception {
    PGSimpleDataSource database = TestEngines.database();
    CostLedger ledger = LedgerQueries.ledger(database);
    BigDecimal formulaSpend = BigDecimal.ZERO;
    BigDecimal formulaSavings = BigDecimal.ZERO;
    List<CallRecord> calls = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      String model = MODELS.get(random.nextInt(MODELS.size()));
      Usage usage = new Usage(random.nextInt(5000), 0, 0, 0, random.nextInt(500), 0);
      Cost cost = prices.findPrice(Provider.ANTHROPIC, model, CallRecords.NOW).cost(usage);
      boolean cached = random.nextInt(3) == 0;
      formulaSpend = formulaSpend.add(cost.usd());
      formulaSavings = formulaSavings.add(cached ? cost.usd() : BigDecimal.ZERO);
      calls.add(
          cached
              ? CallRecords.cached(CallRecords.NOW, "alice", cost.usd().toPlainString())
              : CallRecords.answered(CallRecords.NOW, "alice", model, usage, cost));
    }

    ledger.insert(calls);

    LocalDate day = LocalDate.ofInstant(CallRecords.NOW, ZoneOffset.UTC);
    Totals ours =
        new PostgresCostReports(database, new ObjectMapper())
            .report(CostQuery.all(day, day))
            .totals();
    assertEquals(Money.normalize(formulaSavings), ours.savings().cache());
    assertEquals(Money.normalize(formulaSpend.subtract(formulaSavings)), ours.cost());
  }
}
