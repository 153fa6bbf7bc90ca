package dev.tollgate.budget;

import dev.tollgate.budget.BudgetAccounts.BudgetsUnavailableException;
import dev.tollgate.budget.BudgetAccounts.Decision;
import dev.tollgate.cost.calls.CallId;
import dev.tollgate.cost.calls.CallLog;
import dev.tollgate.event.EventPublisher;
import dev.tollgate.identity.Caller;
import dev.tollgate.prompt.PromptName;
import jakarta.inject.Singleton;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The budgets of calls. The list of budgets is cached for a few seconds, so calls without a budget
 * read nothing. A new budget applies when the cached list expires.
 */
@Singleton
public class BudgetService {
  private static final Logger LOG = Logger.getLogger(BudgetService.class);

  /** Maximum wait for the list of budgets, longer than the retries of the table's client. */
  private static final Duration READ_TIMEOUT = Duration.ofSeconds(4);

  /** Maximum wait of a call while others change the same accounts. */
  private static final Duration RESERVE_TIMEOUT = Duration.ofSeconds(2);

  /** Maximum duration of a sweep before a call needs the expired reservations. */
  private static final Duration SWEEP_TIMEOUT = Duration.ofMillis(300);

  /** How often a process sweeps a budget that it uses and that is not exhausted. */
  private static final Duration SWEEP_INTERVAL = Duration.ofMinutes(1);

  private record BudgetRead(Instant startedAt, CompletableFuture<List<Budget>> budgets) {}

  private final BudgetStore store;
  private final BudgetAccounts accounts;
  private final CallLog calls;
  private final EventPublisher events;
  private final Clock clock;
  private final Duration cacheTtl;
  private final Duration grace;

  private final AtomicReference<@Nullable BudgetRead> currentRead = new AtomicReference<>();
  private volatile @Nullable List<Budget> lastRead;
  private final Map<BudgetId, Instant> lastSweeps = new ConcurrentHashMap<>();

  /**
   * Creates the service.
   *
   * @param cacheTtl how long to cache the list of budgets
   * @param grace how long after its deadline a call may still be recorded
   */
  public BudgetService(
      BudgetStore store,
      BudgetAccounts accounts,
      CallLog calls,
      EventPublisher events,
      Clock clock,
      @ConfigProperty(name = "tollgate.budgets.held", defaultValue = "5s") Duration cacheTtl,
      @ConfigProperty(name = "tollgate.budgets.grace", defaultValue = "30s") Duration grace) {
    this.store = store;
    this.accounts = accounts;
    this.calls = calls;
    this.events = events;
    this.clock = clock;
    this.cacheTtl = cacheTtl;
    this.grace = grace;
  }

  /** Starts to read the list of budgets if it is not cached, and does not wait. */
  public void prefetch() {
    ensureRead();
  }

  /**
   * Creates the budget of one call.
   *
   * @param maxCost the maximum cost of an attempt in USD; called only if there is a budget
   * @param deadline the latest end of the call
   */
  public CallBudget open(
      CallId call,
      Caller caller,
      Optional<PromptName> prompt,
      Supplier<BigDecimal> maxCost,
      Instant deadline) {
    return new CallBudget(this, call, caller, prompt, maxCost, deadline);
  }

  CallLog calls() {
    return calls;
  }

  BudgetAccounts accounts() {
    return accounts;
  }

  EventPublisher events() {
    return events;
  }

  CallId nextReservationId() {
    return CallId.next(clock);
  }

  /** When a reservation expires: after the latest time at which its call is recorded. */
  Instant expiryOf(Instant deadline) {
    return deadline.plus(grace);
  }

  /**
   * The budgets that apply to a call.
   *
   * @throws BudgetsUnavailableException if they were never read
   */
  List<Budget> findApplicable(Caller caller, Optional<PromptName> prompt) {
    return currentBudgets().stream()
        .filter(budget -> applies(budget.id(), caller, prompt))
        .toList();
  }

  private static boolean applies(BudgetId budget, Caller caller, Optional<PromptName> prompt) {
    return switch (budget.scope()) {
      case KEY -> budget.name().equals(caller.principalId());
      case TEAM -> budget.name().equals(caller.team());
      case PROMPT -> prompt.filter(it -> budget.name().equals(it.value())).isPresent();
      case INSTALLATION -> true;
    };
  }

  /** While the store is unavailable, the last list stays in use. */
  private List<Budget> currentBudgets() {
    try {
      return ensureRead().budgets().join();
    } catch (CompletionException e) {
      List<Budget> known = lastRead;
      if (known == null) {
        throw new BudgetsUnavailableException("failed to read the budgets", e.getCause());
      }
      LOG.warn("Failed to read the budgets; using the last known ones", e.getCause());
      return known;
    }
  }

  private BudgetRead ensureRead() {
    BudgetRead last = currentRead.get();
    if (last != null && isRecent(last)) {
      return last;
    }
    BudgetRead next = new BudgetRead(clock.instant(), new CompletableFuture<>());
    if (!currentRead.compareAndSet(last, next)) {
      return ensureRead();
    }
    next.budgets()
        .completeAsync(this::load, Thread::startVirtualThread)
        .orTimeout(READ_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    return next;
  }

  private List<Budget> load() {
    List<Budget> all = store.findAll();
    lastRead = all;
    return all;
  }

  /** Without an earlier list, a failure is not cached. */
  private boolean isRecent(BudgetRead last) {
    return clock.instant().isBefore(last.startedAt().plus(cacheTtl))
        && !(lastRead == null && last.budgets().isCompletedExceptionally());
  }

  /** Reserves an amount, and releases expired reservations if it needs them. */
  Decision reserve(Reservation reservation, Instant deadline) {
    Instant sweepUntil = earlier(clock.instant().plus(SWEEP_TIMEOUT), deadline);
    reservation.budgets().forEach(budget -> sweepIfDue(budget.id(), sweepUntil));
    Instant until = earlier(clock.instant().plus(RESERVE_TIMEOUT), deadline);
    Decision decision = accounts.reserve(reservation, until);
    // Each budget may need a release, and each attempt names only one.
    while (decision instanceof Decision.LimitExceeded exceeded
        && sweep(exceeded.budget().id(), until) > 0) {
      decision = accounts.reserve(reservation, until);
    }
    return decision;
  }

  private static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }

  private void sweepIfDue(BudgetId budget, Instant until) {
    Instant now = clock.instant();
    Instant last = lastSweeps.getOrDefault(budget, Instant.EPOCH);
    if (now.isBefore(last.plus(SWEEP_INTERVAL))) {
      return;
    }
    lastSweeps.put(budget, now);
    int released = sweep(budget, until);
    if (released > 0) {
      LOG.warnf("Released %d expired reservations of budget %s", released, budget);
    }
  }

  /** If a release fails, the next sweep repeats it. */
  private int sweep(BudgetId budget, Instant until) {
    try {
      return accounts.releaseExpired(budget, clock.instant(), until);
    } catch (RuntimeException e) {
      LOG.warnf(e, "Failed to release expired reservations of budget %s", budget);
      return 0;
    }
  }
}
