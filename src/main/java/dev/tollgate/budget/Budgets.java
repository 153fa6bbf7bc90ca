package dev.tollgate.budget;

import dev.tollgate.budget.BudgetAccounts.BudgetsUnavailableException;
import dev.tollgate.budget.BudgetAccounts.Decision;
import dev.tollgate.cost.calls.CallId;
import dev.tollgate.cost.calls.CallLog;
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
public class Budgets {
  private static final Logger LOG = Logger.getLogger(Budgets.class);

  /** How long the budgets are waited for at most, which is longer than the table's client tries. */
  private static final Duration READING = Duration.ofSeconds(4);

  /** How long a call waits at most while others change the same accounts. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  /** How long it looks at most for what lapsed before it is known to be needed. */
  private static final Duration SWEEPING = Duration.ofMillis(300);

  /** How often a process looks for what lapsed of a budget that it uses, and that has room. */
  private static final Duration BETWEEN_SWEEPS = Duration.ofMinutes(1);

  private record Reading(Instant begun, CompletableFuture<List<Budget>> all) {}

  private final BudgetStore store;
  private final BudgetAccounts accounts;
  private final CallLog calls;
  private final BudgetSignals signals;
  private final Clock clock;
  private final Duration held;
  private final Duration grace;

  private final AtomicReference<@Nullable Reading> reading = new AtomicReference<>();
  private volatile @Nullable List<Budget> lastRead;
  private final Map<BudgetId, Instant> swept = new ConcurrentHashMap<>();

  /**
   * Makes the budgets' front.
   *
   * @param held how long it is taken for known which budgets there are
   * @param grace how long after its deadline a call may still be written down
   */
  public Budgets(
      BudgetStore store,
      BudgetAccounts accounts,
      CallLog calls,
      BudgetSignals signals,
      Clock clock,
      @ConfigProperty(name = "tollgate.budgets.held", defaultValue = "5s") Duration held,
      @ConfigProperty(name = "tollgate.budgets.grace", defaultValue = "30s") Duration grace) {
    this.store = store;
    this.accounts = accounts;
    this.calls = calls;
    this.signals = signals;
    this.clock = clock;
    this.held = held;
    this.grace = grace;
  }

  /** Begins to read which budgets there are, if that is not known, while the caller goes on. */
  public void lookAhead() {
    read();
  }

  /**
   * Opens what a call is paid from.
   *
   * @param most USD that an attempt at it may cost; asked for only if there is a budget
   * @param deadline when the call ends at the latest
   */
  public Tab open(
      CallId call,
      Caller caller,
      Optional<PromptName> prompt,
      Supplier<BigDecimal> most,
      Instant deadline) {
    return new Tab(this, call, caller, prompt, most, deadline);
  }

  CallLog calls() {
    return calls;
  }

  BudgetAccounts accounts() {
    return accounts;
  }

  BudgetSignals signals() {
    return signals;
  }

  CallId nextId() {
    return CallId.next(clock);
  }

  /** When what a call holds lapses: once it must have been written down. */
  Instant lapses(Instant deadline) {
    return deadline.plus(grace);
  }

  /**
   * The budgets that a call is paid from.
   *
   * @throws BudgetsUnavailableException if they were never read
   */
  List<Budget> of(Caller caller, Optional<PromptName> prompt) {
    return all().stream().filter(budget -> pays(budget.id(), caller, prompt)).toList();
  }

  private static boolean pays(BudgetId budget, Caller caller, Optional<PromptName> prompt) {
    return switch (budget.scope()) {
      case KEY -> budget.name().equals(caller.person());
      case TEAM -> budget.name().equals(caller.team());
      case PROMPT -> prompt.filter(it -> budget.name().equals(it.value())).isPresent();
      case INSTALLATION -> true;
    };
  }

  /** What was last read goes on to hold while the store is away. */
  private List<Budget> all() {
    try {
      return read().all().join();
    } catch (CompletionException e) {
      List<Budget> known = lastRead;
      if (known == null) {
        throw new BudgetsUnavailableException("the budgets could not be read", e.getCause());
      }
      LOG.warn("the budgets could not be read: those of before go on to hold", e.getCause());
      return known;
    }
  }

  private Reading read() {
    Reading last = reading.get();
    if (last != null && isRecent(last)) {
      return last;
    }
    Reading next = new Reading(clock.instant(), new CompletableFuture<>());
    if (!reading.compareAndSet(last, next)) {
      return read();
    }
    next.all()
        .completeAsync(this::readAll, Thread::startVirtualThread)
        .orTimeout(READING.toMillis(), TimeUnit.MILLISECONDS);
    return next;
  }

  private List<Budget> readAll() {
    List<Budget> all = store.all();
    lastRead = all;
    return all;
  }

  /** Without any that were read, a failure is not worth holding. */
  private boolean isRecent(Reading last) {
    return clock.instant().isBefore(last.begun().plus(held))
        && !(lastRead == null && last.all().isCompletedExceptionally());
  }

  /** Holds an amount, from what lapsed as well where that is needed. */
  Decision reserve(Reservation reservation, Instant deadline) {
    Instant sweepingEnds = earlier(clock.instant().plus(SWEEPING), deadline);
    reservation.budgets().forEach(budget -> sweepNowAndThen(budget.id(), sweepingEnds));
    Instant until = earlier(clock.instant().plus(PATIENCE), deadline);
    Decision decision = accounts.reserve(reservation, until);
    // Each of its budgets may lack what lapsed, and one after the other says so.
    while (decision instanceof Decision.Short lacking && sweep(lacking.budget().id(), until) > 0) {
      decision = accounts.reserve(reservation, until);
    }
    return decision;
  }

  private static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }

  private void sweepNowAndThen(BudgetId budget, Instant until) {
    Instant now = clock.instant();
    Instant last = swept.getOrDefault(budget, Instant.EPOCH);
    if (now.isBefore(last.plus(BETWEEN_SWEEPS))) {
      return;
    }
    swept.put(budget, now);
    int released = sweep(budget, until);
    if (released > 0) {
      LOG.warnf("%d calls paid from %s were never heard of again", released, budget);
    }
  }

  /** What lapsed and could not be given back is given back by the next one who looks. */
  private int sweep(BudgetId budget, Instant until) {
    try {
      return accounts.releaseLapsed(budget, clock.instant(), until);
    } catch (RuntimeException e) {
      LOG.warnf(e, "what lapsed of %s was not given back", budget);
      return 0;
    }
  }
}
