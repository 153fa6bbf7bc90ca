package dev.tollgate.budget;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.TestEngines;
import dev.tollgate.budget.BudgetAccounts.BudgetsUnavailableException;
import dev.tollgate.budget.BudgetAccounts.Decision;
import dev.tollgate.budget.BudgetAccounts.SoftLimitNotice;
import dev.tollgate.cost.calls.CallId;
import dev.tollgate.cost.calls.CallLog.CallNotLoggedException;
import dev.tollgate.cost.calls.CallRecord;
import dev.tollgate.cost.calls.CallRecords;
import dev.tollgate.local.LocalAws;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

final class DynamoDbBudgetAccountsIT {
  private static final String PROMPTS = TestEngines.table("PromptsTable");
  private static final String CALLS = TestEngines.table("CallsTable");
  private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");
  private static final Instant EXPIRES_AT = NOW.plusSeconds(60);
  private static final Instant LATER = NOW.plusSeconds(61);
  private static final Duration TIMEOUT = Duration.ofSeconds(3);
  private static int teams;

  private final DynamoDbBudgetAccounts accounts =
      new DynamoDbBudgetAccounts(TestEngines.dynamoDb(), Clock.systemUTC(), PROMPTS, CALLS);
  private BudgetId team = new BudgetId(BudgetScope.TEAM, "none");

  @BeforeEach
  void useNewTeam() {
    team = new BudgetId(BudgetScope.TEAM, "team-" + ++teams);
  }

  @Test
  void reservesMaximumAndSettlesCost() {
    Budget budget = budget("", "1");
    Reservation reservation = reservation("0.4", budget);

    assertInstanceOf(Decision.Reserved.class, reserve(reservation));
    assertEquals(usage("0", "0.4", "0"), accounts.findUsage(budget, NOW));
    accounts.settle(reservation, CallRecords.costing(reservation.call(), "0.1"), TIMEOUT);
    assertEquals(usage("0.1", "0", "0"), accounts.findUsage(budget, NOW));
  }

  @Test
  void repetitionChangesNothing() {
    Budget budget = budget("0.05", "1");
    Reservation first = reservation("0.4", budget);
    Reservation second = reservation("0.4", budget);
    CallRecord record = CallRecords.costing(first.call(), "0.1");

    reserve(first);
    reserve(first);
    assertEquals(usage("0", "0.4", "0"), accounts.findUsage(budget, NOW));
    accounts.settle(first, record, TIMEOUT);
    accounts.settle(first, record, TIMEOUT);
    reserve(first);
    assertEquals(usage("0.1", "0", "0"), accounts.findUsage(budget, NOW));
    assertFalse(accounts.restore(record, List.of(budget)));

    // Beyond the soft limit the accounts are read twice.
    reserve(second);
    accounts.settle(second, CallRecords.costing(second.call(), "0.1"), TIMEOUT);
    reserve(second);
    assertEquals(new BigDecimal("0.2"), accounts.findUsage(budget, NOW).spent());
    assertEquals(BigDecimal.ZERO, accounts.findUsage(budget, NOW).reserved());
  }

  @Test
  void reservesOfAllBudgetsOrOfNone() {
    Budget large = budget("", "10");
    Budget small =
        new Budget(new BudgetId(BudgetScope.PROMPT, team.name()), terms("", "1"), NOW, "k");
    Reservation fits = reservation("0.6", large, small);

    assertInstanceOf(Decision.Reserved.class, reserve(fits));
    Decision.LimitExceeded exceeded =
        assertInstanceOf(Decision.LimitExceeded.class, reserve(reservation("0.6", large, small)));
    assertEquals(small, exceeded.budget());
    assertEquals(usage("0", "0.6", "0"), exceeded.usage());
    assertEquals(usage("0", "0.6", "0"), accounts.findUsage(large, NOW));
  }

  @Test
  void rejectsAmountAboveHardLimitOfNewPeriod() {
    Budget budget = budget("", "1");

    assertInstanceOf(Decision.LimitExceeded.class, reserve(reservation("1.000000001", budget)));
    assertInstanceOf(Decision.Reserved.class, reserve(reservation("1", budget)));
    assertInstanceOf(Decision.LimitExceeded.class, reserve(reservation("0.000000001", budget)));
  }

  @Test
  void reportsSoftLimitWithEachCallAndFirstCallOnce() {
    Budget budget = budget("0.1", "");
    spend(budget, "0.1");

    assertEquals(List.of(notice(budget, "0.1", true)), notices(reservation("5", budget)));
    assertEquals(List.of(notice(budget, "0.1", false)), notices(reservation("5", budget)));
    assertTrue(accounts.findUsage(budget, NOW).softLimitReachedAt().isPresent());
  }

  @Test
  void expiredReservationIsUnconfirmedUntilItsCallSettles() {
    Budget budget = budget("", "1");
    Reservation lost = reservation("0.7", budget);
    reserve(lost);

    assertEquals(usage("0", "0.7", "0"), accounts.findUsage(budget, NOW));
    assertEquals(usage("0", "0", "0.7"), accounts.findUsage(budget, LATER));
    assertInstanceOf(Decision.LimitExceeded.class, reserve(reservation("0.7", budget)));
    assertEquals(0, releaseExpired(budget, NOW));
    assertEquals(0, accounts.releaseExpired(budget.id(), LATER, Instant.now()), "no time left");
    assertEquals(1, releaseExpired(budget, LATER));
    assertEquals(0, releaseExpired(budget, LATER));
    assertEquals(usage("0", "0", "0.7"), accounts.findUsage(budget, LATER));
    assertInstanceOf(Decision.Reserved.class, reserve(reservation("0.7", budget)));

    CallRecord record = CallRecords.costing(lost.call(), "0.2");
    accounts.settle(lost, record, TIMEOUT);
    accounts.settle(lost, record, TIMEOUT);
    assertEquals(usage("0.2", "0.7", "0"), accounts.findUsage(budget, NOW));
  }

  @Test
  void restoresRecordOnceOnItsReservedBudgets() {
    Budget budget = budget("", "1");
    Budget other =
        new Budget(new BudgetId(BudgetScope.PROMPT, team.name()), terms("", "1"), NOW, "k");
    Reservation current = reservation("0.3", budget);
    Reservation expired = reservation("0.3", budget);
    reserve(current);
    reserve(expired);
    CallRecord first = CallRecords.costing(current.call(), "0.1");
    CallRecord second = CallRecords.costing(expired.call(), "0.2");

    assertTrue(accounts.restore(first, List.of(budget, other)));
    assertFalse(accounts.restore(first, List.of(budget, other)));
    releaseExpired(budget, LATER);
    assertTrue(accounts.restore(second, List.of(budget, other)));
    assertFalse(accounts.restore(second, List.of(budget, other)));
    assertEquals(usage("0.3", "0", "0"), accounts.findUsage(budget, LATER));
    assertEquals(BudgetUsage.NONE, accounts.findUsage(other, LATER));
  }

  @Test
  void callBelongsToPeriodOfItsStart() {
    Budget budget = budget("", "1");
    Instant midnight = Instant.parse("2026-11-25T00:00:00Z");
    Reservation before = reservation(midnight.minusMillis(1), "0.9", budget);
    Reservation after = reservation(midnight, "0.9", budget);

    assertInstanceOf(Decision.Reserved.class, reserve(before));
    assertInstanceOf(Decision.Reserved.class, reserve(after));
    accounts.settle(before, CallRecords.costing(before.call(), "0.5"), TIMEOUT);
    assertEquals(usage("0.5", "0", "0"), accounts.findUsage(budget, midnight.minusMillis(1)));
    assertEquals(usage("0", "0.9", "0"), accounts.findUsage(budget, midnight));
    // A reservation of yesterday does not change the usage of today.
    reserve(reservation(midnight.minusMillis(1), "0.1", budget));
    assertEquals(usage("0", "0.9", "0"), accounts.findUsage(budget, midnight.plusSeconds(30)));
  }

  @Test
  void reportsUnavailableTable() {
    BudgetAccounts away =
        new DynamoDbBudgetAccounts(
            TestEngines.dynamoDb(), Clock.systemUTC(), "no-such-table", CALLS);
    Reservation reservation = reservation("0.1", budget("", "1"));
    CallRecord record = CallRecords.costing(reservation.call(), "0.1");

    assertThrows(
        BudgetsUnavailableException.class,
        () -> away.reserve(reservation, Instant.now().plusSeconds(1)));
    assertThrows(CallNotLoggedException.class, () -> away.settle(reservation, record, TIMEOUT));
  }

  /** The timeout of the client alone would be that of sockets. */
  @Test
  @Timeout(20)
  void reserveEndsAtItsDeadline() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      BudgetAccounts hanging =
          new DynamoDbBudgetAccounts(
              LocalAws.dynamoDb(URI.create("http://127.0.0.1:" + silent.getLocalPort())),
              Clock.systemUTC(),
              PROMPTS,
              CALLS);
      Reservation reservation = reservation("0.1", budget("", "1"));

      assertThrows(
          BudgetsUnavailableException.class,
          () -> hanging.reserve(reservation, Instant.now().plusMillis(100)));
    }
  }

  /** Any order of operations gives the same result as accounts without concurrency. */
  @Test
  void matchesInMemoryAccounts() {
    Random random = new Random(20261124);
    List<Budget> budgets =
        List.of(
            budget("0.5", "2"),
            new Budget(new BudgetId(BudgetScope.PROMPT, team.name()), terms("1", "3"), NOW, "k"));
    InMemoryBudgetAccounts model = new InMemoryBudgetAccounts((_, _) -> {});
    List<Reservation> reservations = new ArrayList<>();
    List<CallRecord> records = new ArrayList<>();
    Instant now = NOW;
    for (int step = 0; step < 150; step++) {
      now = now.plusMillis(random.nextInt(3_000));
      int kind = reservations.isEmpty() ? 0 : random.nextInt(10);
      int any = reservations.isEmpty() ? 0 : random.nextInt(reservations.size());
      if (kind < 4) {
        Reservation reservation =
            new Reservation(
                CallId.next(Clock.fixed(now, ZoneOffset.UTC)),
                CallId.next(Clock.fixed(now, ZoneOffset.UTC)),
                BigDecimal.valueOf(1 + random.nextInt(60), 2),
                now.plusSeconds(10),
                random.nextBoolean() ? budgets : budgets.subList(0, 1));
        Decision wanted = model.reserve(reservation, now);
        assertEquals(wanted, reserve(reservation), "step " + step);
        if (wanted instanceof Decision.Reserved) {
          reservations.add(reservation);
          records.add(
              CallRecords.costing(
                  reservation.call(), BigDecimal.valueOf(random.nextInt(20), 2).toString()));
        }
      } else if (kind < 5) {
        model.reserve(reservations.get(any), now);
        reserve(reservations.get(any));
      } else if (kind < 7) {
        model.settle(reservations.get(any), records.get(any), TIMEOUT);
        accounts.settle(reservations.get(any), records.get(any), TIMEOUT);
      } else if (kind < 9) {
        Budget budget = budgets.get(random.nextInt(2));
        assertEquals(
            model.releaseExpired(budget.id(), now, Instant.MAX), releaseExpired(budget, now));
      } else {
        assertEquals(
            model.restore(records.get(any), budgets),
            accounts.restore(records.get(any), budgets),
            "step " + step);
      }
      for (Budget budget : budgets) {
        assertEquals(model.findUsage(budget, now), accounts.findUsage(budget, now), "step " + step);
      }
    }
  }

  private void spend(Budget budget, String cost) {
    Reservation reservation = reservation(cost, budget);
    reserve(reservation);
    accounts.settle(reservation, CallRecords.costing(reservation.call(), cost), TIMEOUT);
  }

  private Decision reserve(Reservation reservation) {
    return accounts.reserve(reservation, Instant.now().plusSeconds(5));
  }

  private int releaseExpired(Budget budget, Instant now) {
    return accounts.releaseExpired(budget.id(), now, Instant.now().plusSeconds(5));
  }

  private List<SoftLimitNotice> notices(Reservation reservation) {
    return assertInstanceOf(Decision.Reserved.class, reserve(reservation)).notices();
  }

  private static SoftLimitNotice notice(Budget budget, String spent, boolean first) {
    return new SoftLimitNotice(budget, new BigDecimal(spent), first);
  }

  private static BudgetUsage usage(String spent, String reserved, String unconfirmed) {
    return new BudgetUsage(
        new BigDecimal(spent),
        new BigDecimal(reserved),
        new BigDecimal(unconfirmed),
        Optional.empty());
  }

  private static Reservation reservation(String usd, Budget... budgets) {
    return reservation(NOW, usd, budgets);
  }

  private static Reservation reservation(Instant call, String usd, Budget... budgets) {
    return new Reservation(
        CallId.next(Clock.fixed(call, ZoneOffset.UTC)),
        CallId.next(Clock.fixed(call, ZoneOffset.UTC)),
        new BigDecimal(usd),
        call.plus(Duration.between(NOW, EXPIRES_AT)),
        List.of(budgets));
  }

  private Budget budget(String soft, String hard) {
    return new Budget(team, terms(soft, hard), NOW, "key_1");
  }

  private static Budget.Terms terms(String soft, String hard) {
    return new Budget.Terms(BudgetPeriod.DAILY, limit(soft), limit(hard));
  }

  private static Optional<BigDecimal> limit(String usd) {
    return Stream.of(usd).filter(it -> !it.isEmpty()).map(BigDecimal::new).findFirst();
  }
}
