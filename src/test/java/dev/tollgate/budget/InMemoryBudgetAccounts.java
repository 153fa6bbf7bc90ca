package dev.tollgate.budget;

import dev.tollgate.cost.calls.CallId;
import dev.tollgate.cost.calls.CallLog;
import dev.tollgate.cost.calls.CallRecord;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Accounts in memory, without concurrency and lost writes. */
public final class InMemoryBudgetAccounts implements BudgetAccounts {
  private record Key(BudgetId budget, String period) {}

  private static final class Account {
    private BigDecimal spent = BigDecimal.ZERO;
    private BigDecimal unconfirmed = BigDecimal.ZERO;
    private Optional<Instant> softReached = Optional.empty();
    private final Map<CallId, Reservation> reservations = new HashMap<>();
    private final Map<CallId, Reservation> expired = new HashMap<>();

    private BudgetUsage usage() {
      BigDecimal reserved =
          reservations.values().stream()
              .map(Reservation::usd)
              .reduce(BigDecimal.ZERO, BigDecimal::add);
      return new BudgetUsage(spent, reserved, unconfirmed, softReached);
    }
  }

  private final CallLog calls;
  private final Map<Key, Account> accounts = new HashMap<>();
  private final Set<CallId> reserved = new HashSet<>();
  private final Set<CallId> written = new HashSet<>();

  public InMemoryBudgetAccounts(CallLog calls) {
    this.calls = calls;
  }

  @Override
  public synchronized Decision reserve(Reservation reservation, Instant until) {
    if (reserved.contains(reservation.id())) {
      return new Decision.Reserved(List.of());
    }
    List<SoftLimitNotice> notices = new ArrayList<>();
    for (Budget budget : reservation.budgets()) {
      BudgetUsage usage = account(reservation, budget).usage();
      BigDecimal then = usage.committed().add(reservation.usd());
      if (budget.hardLimit().filter(limit -> then.compareTo(limit) > 0).isPresent()) {
        return new Decision.LimitExceeded(budget, usage);
      }
      if (budget.softLimit().filter(limit -> usage.spent().compareTo(limit) >= 0).isPresent()) {
        notices.add(
            new SoftLimitNotice(budget, usage.spent(), usage.softLimitReachedAt().isEmpty()));
      }
    }
    reserved.add(reservation.id());
    for (SoftLimitNotice notice : notices) {
      Account account = account(reservation, notice.budget());
      account.softReached = account.softReached.or(() -> Optional.of(reservation.call().time()));
    }
    for (Budget budget : reservation.budgets()) {
      account(reservation, budget).reservations.put(reservation.id(), reservation);
    }
    return new Decision.Reserved(notices);
  }

  @Override
  public synchronized void settle(Reservation reservation, CallRecord call, Duration timeout) {
    if (!written.add(call.id())) {
      return;
    }
    calls.append(call, timeout);
    for (Budget budget : reservation.budgets()) {
      record(account(reservation, budget), Optional.of(reservation.id()), call);
    }
  }

  private static void record(Account account, Optional<CallId> reservation, CallRecord call) {
    account.spent = account.spent.add(call.cost());
    reservation.ifPresent(account.reservations::remove);
    reservation
        .map(account.expired::remove)
        .ifPresent(held -> account.unconfirmed = account.unconfirmed.subtract(held.usd()));
  }

  @Override
  public synchronized int releaseExpired(BudgetId budget, Instant now, Instant until) {
    int released = 0;
    for (Map.Entry<Key, Account> each : accounts.entrySet()) {
      if (!each.getKey().budget().equals(budget)) {
        continue;
      }
      Account account = each.getValue();
      for (Reservation held : List.copyOf(account.reservations.values())) {
        if (held.expiresAt().isBefore(now)) {
          account.reservations.remove(held.id());
          account.expired.put(held.id(), held);
          account.unconfirmed = account.unconfirmed.add(held.usd());
          released++;
        }
      }
    }
    return released;
  }

  @Override
  public synchronized boolean restore(CallRecord call, List<Budget> budgets) {
    if (!written.add(call.id())) {
      return false;
    }
    calls.append(call, Duration.ZERO);
    for (Budget budget : budgets) {
      Account account =
          accounts.get(new Key(budget.id(), budget.period().key(call.callId().time())));
      if (account != null) {
        findReservation(account, call.callId())
            .ifPresent(id -> record(account, Optional.of(id), call));
      }
    }
    return true;
  }

  private static Optional<CallId> findReservation(Account account, CallId call) {
    List<Reservation> all = new ArrayList<>(account.reservations.values());
    all.addAll(account.expired.values());
    return all.stream().filter(held -> held.call().equals(call)).map(Reservation::id).findFirst();
  }

  @Override
  public synchronized BudgetUsage findUsage(Budget budget, Instant now) {
    Account account = accounts.get(new Key(budget.id(), budget.period().key(now)));
    if (account == null) {
      return BudgetUsage.NONE;
    }
    BigDecimal expired =
        account.reservations.values().stream()
            .filter(held -> held.expiresAt().isBefore(now))
            .map(Reservation::usd)
            .reduce(BigDecimal.ZERO, BigDecimal::add);
    BudgetUsage usage = account.usage();
    return new BudgetUsage(
        usage.spent(),
        usage.reserved().subtract(expired),
        usage.unconfirmed().add(expired),
        usage.softLimitReachedAt());
  }

  private Account account(Reservation reservation, Budget budget) {
    return accounts.computeIfAbsent(
        new Key(budget.id(), reservation.period(budget)), _ -> new Account());
  }
}
