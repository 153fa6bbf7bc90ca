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
 * The budgets that calls are paid from. Which ones there are is read at most every few seconds and
 * held meanwhile, so that calls without a budget read nothing for it; a new one bites when the
 * holding ends.
 */
@Singleton
public class BudgetService {
  private static final Logger LOG = Logger.getLogger(BudgetService.class);

  /** How long the budgets are waited for at most, which is longer than the table's client tries. */
  private static final Duration READ_TIMEOUT = Duration.ofSeconds(4);

  /** How long a call waits at most while others change the same accounts. */
  private static final Duration RESERVE_TIMEOUT = Duration.ofSeconds(2);

  /** How long it looks at most for what lapsed before it is known to be needed. */
  private static final Duration SWEEP_TIMEOUT = Duration.ofMillis(300);

  /** How often a process looks for what lapsed of a budget that it uses, and that has room. */
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
   * Makes the budgets' front.
   *
   * @param cacheTtl how long it is taken for known which budgets there are
   * @param grace how long after its deadline a call may still be written down
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

  /** Begins to read which budgets there are, if that is not known, while the caller goes on. */
  public void prefetch() {
    ensureRead();
  }

  /**
   * Opens what a call is paid from.
   *
   * @param maxCost USD that an attempt at it may cost; asked for only if there is a budget
   * @param deadline when the call ends at the latest
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

  /** When what a call holds lapses: once it must have been written down. */
  Instant expiryOf(Instant deadline) {
    return deadline.plus(grace);
  }

  /**
   * The budgets that a call is paid from.
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

  /** What was last read goes on to hold while the store is away. */
  private List<Budget> currentBudgets() {
    try {
      return ensureRead().budgets().join();
    } catch (CompletionException e) {
      List<Budget> known = lastRead;
      if (known == null) {
        throw new BudgetsUnavailableException("the budgets could not be read", e.getCause());
      }
      LOG.warn("the budgets could not be read: those of before go on to hold", e.getCause());
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

  /** Without any that were read, a failure is not worth holding. */
  private boolean isRecent(BudgetRead last) {
    return clock.instant().isBefore(last.startedAt().plus(cacheTtl))
        && !(lastRead == null && last.budgets().isCompletedExceptionally());
  }

  /** Holds an amount, from what lapsed as well where that is needed. */
  Decision reserve(Reservation reservation, Instant deadline) {
    Instant sweepingEnds = earlier(clock.instant().plus(SWEEP_TIMEOUT), deadline);
    reservation.budgets().forEach(budget -> sweepIfDue(budget.id(), sweepingEnds));
    Instant until = earlier(clock.instant().plus(RESERVE_TIMEOUT), deadline);
    Decision decision = accounts.reserve(reservation, until);
    // Each of its budgets may lack what lapsed, and one after the other says so.
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
      LOG.warnf("%d calls paid from %s were never heard of again", released, budget);
    }
  }

  /** What lapsed and could not be given back is given back by the next one who looks. */
  private int sweep(BudgetId budget, Instant until) {
    try {
      return accounts.releaseExpired(budget, clock.instant(), until);
    } catch (RuntimeException e) {
      LOG.warnf(e, "what lapsed of %s was not given back", budget);
      return 0;
    }
  }
}
