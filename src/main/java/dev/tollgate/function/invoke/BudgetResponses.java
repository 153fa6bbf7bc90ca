package dev.tollgate.function.invoke;

import dev.tollgate.budget.Budget;
import dev.tollgate.budget.BudgetAccounts.SoftLimitNotice;
import dev.tollgate.budget.BudgetId;
import dev.tollgate.budget.BudgetRejection;
import dev.tollgate.budget.BudgetUsage;
import dev.tollgate.function.http.ApiError;
import dev.tollgate.function.http.HttpResponse;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Tells callers about the budgets of their calls. */
final class BudgetResponses {
  /** Amount spent and limit, such as {@code team/search=80.5/80}. */
  static final String HEADER = "x-tollgate-budget";

  private static final MathContext SMALL_AMOUNT = new MathContext(3);
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private BudgetResponses() {}

  static HttpResponse withNotices(HttpResponse response, List<SoftLimitNotice> notices) {
    return notices.isEmpty()
        ? response
        : response.withHeader(
            HEADER,
            notices.stream()
                .map(
                    notice ->
                        formatUsage(
                            notice.budget(),
                            notice.spent(),
                            notice.budget().softLimit().orElseThrow()))
                .collect(Collectors.joining(",")));
  }

  /**
   * The error for a rejected call. Official clients retry after a 429 unless {@code x-should-retry}
   * forbids it. A retry helps only if other calls reserve the rest of the budget.
   *
   * @param started the start of the call
   */
  static HttpResponse rejected(BudgetRejection rejection, Instant started) {
    return switch (rejection) {
      case BudgetRejection.Exhausted(
              Budget budget,
              BudgetUsage usage,
              BigDecimal maxCost,
              Instant resets) ->
          errorResponse(
                  429,
                  "rate_limit_error",
                  "budget_exceeded",
                  "Blocked: %s has %s of its %s %s budget left; this call could cost up to %s. Resets %s. Lower max_tokens or ask for a higher budget."
                      .formatted(
                          describeOwner(budget.id()),
                          formatUsd(remaining(budget, usage)),
                          formatUsd(limit(budget)),
                          budget.period().id(),
                          formatUsd(maxCost),
                          TIME.format(resets)))
              .withHeader(HEADER, formatUsage(budget, usage.spent(), limit(budget)))
              .withHeader(
                  "retry-after", Long.toString(Duration.between(started, resets).toSeconds() + 1))
              .withoutRetry();
      case BudgetRejection.FullyReserved(Budget budget, BudgetUsage usage, BigDecimal maxCost) ->
          errorResponse(
                  429,
                  "rate_limit_error",
                  "budget_held",
                  "Blocked: calls in progress reserve the last %s of the %s budget of %s; this call could cost up to %s. Try again in a moment."
                      .formatted(
                          formatUsd(remaining(budget, usage)),
                          budget.period().id(),
                          describeOwner(budget.id()),
                          formatUsd(maxCost)))
              .withHeader(HEADER, formatUsage(budget, usage.spent(), limit(budget)))
              .withHeader("retry-after", "1");
      case BudgetRejection.Unavailable() ->
          errorResponse(
                  503,
                  "api_error",
                  "budget_unavailable",
                  "Blocked: the budgets of this call are unavailable. Try again in a moment.")
              .withHeader("retry-after", "1");
    };
  }

  private static HttpResponse errorResponse(int status, String type, String code, String message) {
    return HttpResponse.of(new ApiError(status, type, code, message, Optional.empty()));
  }

  private static BigDecimal limit(Budget budget) {
    return budget.hardLimit().orElseThrow();
  }

  private static BigDecimal remaining(Budget budget, BudgetUsage usage) {
    return limit(budget).subtract(usage.spent()).max(BigDecimal.ZERO);
  }

  /** Two decimals from 1 USD, and three significant digits below. */
  private static String formatUsd(BigDecimal amount) {
    if (amount.signum() == 0 || amount.compareTo(BigDecimal.ONE) >= 0) {
      return "$" + amount.setScale(2, RoundingMode.HALF_UP).toPlainString();
    }
    return "$" + amount.round(SMALL_AMOUNT).stripTrailingZeros().toPlainString();
  }

  private static String formatUsage(Budget budget, BigDecimal spent, BigDecimal limit) {
    return budget.id() + "=" + spent.toPlainString() + "/" + limit.toPlainString();
  }

  private static String describeOwner(BudgetId id) {
    return switch (id.scope()) {
      case KEY, TEAM, PROMPT -> "%s \"%s\"".formatted(id.scope().id(), id.name());
      case INSTALLATION -> "the installation";
    };
  }
}
