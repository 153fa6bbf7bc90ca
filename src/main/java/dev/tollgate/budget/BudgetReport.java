package dev.tollgate.budget;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.json.JsonNodes;
import jakarta.inject.Singleton;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * The usage of budgets, and when they will be exhausted at the burn rate of their period so far.
 */
@Singleton
public class BudgetReport {
  /** The fields of a budget, for a table of them. */
  public static final List<String> COLUMNS =
      List.of(
          "scope",
          "id",
          "period",
          "period_start",
          "resets_at",
          "soft_usd",
          "hard_usd",
          "spent_usd",
          "reserved_usd",
          "unconfirmed_usd",
          "soft_reached_at",
          "burn_rate_usd_per_day",
          "exhausted_at",
          "changed",
          "changed_by");

  /** The JDK keeps this many connections open to one host. */
  private static final int MAX_CONCURRENT_READS = 5;

  private static final int RATE_SCALE = 6;
  private static final long DAY_MILLIS = Duration.ofDays(1).toMillis();

  private final BudgetStore budgets;
  private final BudgetAccounts accounts;
  private final Clock clock;

  public BudgetReport(BudgetStore budgets, BudgetAccounts accounts, Clock clock) {
    this.budgets = budgets;
    this.accounts = accounts;
    this.clock = clock;
  }

  /** All budgets, by scope and name. */
  public List<ObjectNode> rows() {
    List<Budget> all = budgets.findAll();
    try (ExecutorService threads =
        Executors.newFixedThreadPool(MAX_CONCURRENT_READS, Thread.ofVirtual().factory())) {
      List<ObjectNode> rows = new ArrayList<>();
      for (Future<ObjectNode> row :
          all.stream().map(budget -> threads.submit(() -> row(budget))).toList()) {
        rows.add(row.get());
      }
      return rows;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException fault ? fault : new IllegalStateException(e);
    }
  }

  /** Adds all budgets to a response. */
  public ObjectNode addTo(ObjectNode response) {
    ArrayNode list = response.putArray("budgets");
    rows().forEach(list::add);
    return response;
  }

  /** One budget in its current period. */
  public ObjectNode row(Budget budget) {
    Instant now = clock.instant();
    BudgetUsage usage = accounts.findUsage(budget, now);
    Instant start = budget.period().start(now);
    Optional<BigDecimal> perDay = burnRatePerDay(usage.spent(), Duration.between(start, now));
    return JsonNodes.object()
        .put("scope", budget.id().scope().id())
        .put("id", budget.id().name())
        .put("period", budget.period().id())
        .put("period_start", start.toString())
        .put("resets_at", budget.period().end(now).toString())
        .put("soft_usd", budget.softLimit().orElse(null))
        .put("hard_usd", budget.hardLimit().orElse(null))
        .put("spent_usd", usage.spent())
        .put("reserved_usd", usage.reserved())
        .put("unconfirmed_usd", usage.unconfirmed())
        .put("soft_reached_at", usage.softLimitReachedAt().map(Instant::toString).orElse(null))
        .put("burn_rate_usd_per_day", perDay.orElse(null))
        .put("exhausted_at", projectExhaustion(budget, usage, perDay, now))
        .put("changed", budget.changed().toString())
        .put("changed_by", budget.changedBy());
  }

  private static Optional<BigDecimal> burnRatePerDay(BigDecimal spent, Duration elapsed) {
    return elapsed.isPositive()
        ? Optional.of(
            spent
                .multiply(BigDecimal.valueOf(DAY_MILLIS))
                .divide(
                    BigDecimal.valueOf(Math.max(1, elapsed.toMillis())),
                    RATE_SCALE,
                    RoundingMode.HALF_UP))
        : Optional.empty();
  }

  /** When the hard limit will be reached at this rate, or null if not within the period. */
  private static @Nullable String projectExhaustion(
      Budget budget, BudgetUsage usage, Optional<BigDecimal> perDay, Instant now) {
    if (budget.hardLimit().isEmpty()) {
      return null;
    }
    BigDecimal left = budget.hardLimit().get().subtract(usage.spent());
    if (left.signum() <= 0) {
      return now.truncatedTo(ChronoUnit.SECONDS).toString();
    }
    Instant end = budget.period().end(now);
    return perDay
        .filter(rate -> rate.signum() > 0)
        .map(rate -> left.multiply(BigDecimal.valueOf(DAY_MILLIS)).divide(rate, RoundingMode.DOWN))
        .filter(
            millis ->
                millis.compareTo(BigDecimal.valueOf(Duration.between(now, end).toMillis())) < 0)
        .map(
            millis -> now.plusMillis(millis.longValue()).truncatedTo(ChronoUnit.SECONDS).toString())
        .orElse(null);
  }
}
