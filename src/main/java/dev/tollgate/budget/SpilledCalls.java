package dev.tollgate.budget;

import dev.tollgate.cost.CallArchive;
import dev.tollgate.cost.CallRecord;
import dev.tollgate.identity.KeyStore;
import dev.tollgate.identity.VirtualKey;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;

/** Writes records down that went into a function's log instead. */
@Singleton
public class SpilledCalls {
  private final CallArchive archive;
  private final BudgetStore budgets;
  private final BudgetAccounts accounts;
  private final KeyStore keys;

  SpilledCalls(CallArchive archive, BudgetStore budgets, BudgetAccounts accounts, KeyStore keys) {
    this.archive = archive;
    this.budgets = budgets;
    this.accounts = accounts;
    this.keys = keys;
  }

  /**
   * Puts records where they belong and books their costs on the budgets that their calls held
   * something of. A cost that was not held is on no budget.
   *
   * @return how many were not there before; nothing changes for those that were
   */
  public int restore(List<CallRecord> calls) {
    List<Budget> all = budgets.all();
    int restored = 0;
    for (CallRecord call : calls) {
      List<Budget> paying = all.stream().filter(budget -> mayPay(budget.id(), call)).toList();
      if (paying.isEmpty() ? archive.restore(call) : accounts.restore(call, paying)) {
        restored++;
      }
    }
    return restored;
  }

  private boolean mayPay(BudgetId budget, CallRecord call) {
    return switch (budget.scope()) {
      case KEY -> budget.name().equals(person(call.keyId()));
      case TEAM -> budget.name().equals(call.team());
      case PROMPT ->
          call.prompt().filter(prompt -> budget.name().equals(prompt.name())).isPresent();
      case INSTALLATION -> true;
    };
  }

  private String person(String keyId) {
    return Optional.of(keyId)
        .filter(VirtualKey::isId)
        .flatMap(keys::findById)
        .map(entry -> entry.key().person())
        .orElse(keyId);
  }
}
