package dev.tollgate.function.invoke;

import dev.tollgate.budget.Budget;
import dev.tollgate.budget.BudgetAccounts.SoftLimitNotice;
import dev.tollgate.budget.BudgetId;
import dev.tollgate.budget.BudgetRejection;
import dev.tollgate.budget.BudgetUsage;
import dev.tollgate.function.http.ApiError;
import dev.tollgate.function.http.HttpResponse;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Says to callers what budgets do to their calls. */
final class BudgetResponses {
  /** Such as {@code team/search=80.5/80}: what is spent, of which limit. */
  static final String HEADER = "x-tollgate-budget";

  private BudgetResponses() {}

  static HttpResponse withNotices(HttpResponse answer, List<SoftLimitNotice> notices) {
    return notices.isEmpty()
        ? answer
        : answer.withHeader(
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
   * Why a call was not made. Official clients make a call again by themselves after a 429 unless
   * {@code x-should-retry} says otherwise, which helps only if the money is merely held.
   *
   * @param asked when the call began
   */
  static HttpResponse denied(BudgetRejection denial, Instant asked) {
    return switch (denial) {
      case BudgetRejection.Exhausted(
              Budget budget,
              BudgetUsage standing,
              BigDecimal most,
              Instant resets) ->
          errorResponse(
                  429,
                  "rate_limit_error",
                  "budget_exceeded",
                  "The %s budget of %s has %s of its %s USD left, and this call may cost up to %s USD: it was not made. The budget starts anew at %s; ask for fewer tokens, or have the budget raised."
                      .formatted(
                          budget.period().id(),
                          describeOwner(budget.id()),
                          remaining(budget, standing).toPlainString(),
                          limit(budget).toPlainString(),
                          most.toPlainString(),
                          resets))
              .withHeader(HEADER, formatUsage(budget, standing.spent(), limit(budget)))
              .withHeader(
                  "retry-after", Long.toString(Duration.between(asked, resets).toSeconds() + 1))
              .withHeader("x-should-retry", "false");
      case BudgetRejection.FullyReserved(Budget budget, BudgetUsage standing, BigDecimal most) ->
          errorResponse(
                  429,
                  "rate_limit_error",
                  "budget_held",
                  "Calls under way hold what is left of the %s budget of %s, %s USD, and this call may cost up to %s USD: it was not made. Try again in a moment."
                      .formatted(
                          budget.period().id(),
                          describeOwner(budget.id()),
                          remaining(budget, standing).toPlainString(),
                          most.toPlainString()))
              .withHeader(HEADER, formatUsage(budget, standing.spent(), limit(budget)))
              .withHeader("retry-after", "1");
      case BudgetRejection.Unavailable() ->
          errorResponse(
                  503,
                  "api_error",
                  "budget_unavailable",
                  "The call was not made, since it cannot be told whether a budget allows it: try"
                      + " again in a moment.")
              .withHeader("retry-after", "1");
    };
  }

  private static HttpResponse errorResponse(int status, String type, String code, String message) {
    return HttpResponse.of(new ApiError(status, type, code, message, Optional.empty()));
  }

  private static BigDecimal limit(Budget budget) {
    return budget.hardLimit().orElseThrow();
  }

  private static BigDecimal remaining(Budget budget, BudgetUsage standing) {
    return limit(budget).subtract(standing.spent()).max(BigDecimal.ZERO);
  }

  private static String formatUsage(Budget budget, BigDecimal spent, BigDecimal limit) {
    return budget.id() + "=" + spent.toPlainString() + "/" + limit.toPlainString();
  }

  private static String describeOwner(BudgetId id) {
    return switch (id.scope()) {
      case KEY -> "key " + id.name();
      case TEAM -> "team " + id.name();
      case PROMPT -> "prompt " + id.name();
      case INSTALLATION -> "the installation";
    };
  }
}
