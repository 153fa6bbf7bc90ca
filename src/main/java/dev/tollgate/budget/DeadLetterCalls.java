package dev.tollgate.budget;

import dev.tollgate.cost.calls.CallArchive;
import dev.tollgate.cost.calls.CallRecord;
import dev.tollgate.identity.KeyStore;
import dev.tollgate.identity.VirtualKey;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Restores records that were spilled to a function's log. */
@Singleton
public class DeadLetterCalls {
  private final CallArchive archive;
  private final BudgetStore budgets;
  private final BudgetAccounts accounts;
  private final KeyStore keys;
  private final Clock clock;

  DeadLetterCalls(
      CallArchive archive,
      BudgetStore budgets,
      BudgetAccounts accounts,
      KeyStore keys,
      Clock clock) {
    this.archive = archive;
    this.budgets = budgets;
    this.accounts = accounts;
    this.keys = keys;
    this.clock = clock;
  }

  /**
   * Writes records to the table, and adds their costs to the budgets of which their calls had
   * reserved an amount. It continues until the deadline, and processes at least one record.
   */
  public RestoreResult restore(List<CallRecord> calls, Instant deadline) {
    List<Budget> all = budgets.findAll();
    Map<String, String> principalIds = new HashMap<>();
    int read = 0;
    int restored = 0;
    for (CallRecord call : calls) {
      if (read > 0 && !clock.instant().isBefore(deadline)) {
        break;
      }
      List<Budget> paying =
          all.stream().filter(budget -> applies(budget.id(), call, principalIds)).toList();
      read++;
      if (paying.isEmpty() ? archive.restore(call) : accounts.restore(call, paying)) {
        restored++;
      }
    }
    return new RestoreResult(read, restored);
  }

  /**
   * The progress of a restore.
   *
   * @param read how many records were processed, from the first one on
   * @param restored how many of them did not exist before
   */
  public record RestoreResult(int read, int restored) {}

  /** Caches the person of each key. */
  private boolean applies(BudgetId budget, CallRecord call, Map<String, String> principalIds) {
    return switch (budget.scope()) {
      case KEY ->
          budget.name().equals(principalIds.computeIfAbsent(call.keyId(), this::findPrincipalId));
      case TEAM -> budget.name().equals(call.team());
      case PROMPT ->
          call.prompt().filter(prompt -> budget.name().equals(prompt.name())).isPresent();
      case INSTALLATION -> true;
    };
  }

  private String findPrincipalId(String keyId) {
    return Optional.of(keyId)
        .filter(VirtualKey::isId)
        .flatMap(keys::findById)
        .map(entry -> entry.key().principalId())
        .orElse(keyId);
  }
}
