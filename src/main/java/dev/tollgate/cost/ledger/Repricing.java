package dev.tollgate.cost.ledger;

import dev.tollgate.cost.calls.CallId;
import dev.tollgate.cost.pricing.Money;
import dev.tollgate.cost.pricing.PriceBook;
import dev.tollgate.provider.ModelCatalogue;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Compares the recorded and adjusted cost of calls with a price book, and records each difference
 * as an adjustment. The record of a call never changes. A second repricing by the same book finds
 * no difference.
 */
public interface Repricing {
  /**
   * Compares the next calls of a period.
   *
   * @param after the last call of the previous page
   * @param maxCalls the size of the page
   * @param actor the id of the key that records the adjustments; absent for a dry run
   * @throws LedgerUnavailableException if the ledger is unavailable; this page has no adjustments
   *     then, and can be retried
   */
  Page reprice(
      Scope scope, PriceBook prices, Optional<CallId> after, int maxCalls, Optional<String> actor);

  /**
   * Selects calls.
   *
   * @param from the first UTC day
   * @param to the last UTC day
   * @param model the model that answered, with or without its date; absent for all
   */
  record Scope(LocalDate from, LocalDate to, Optional<String> model) {
    public Scope {
      if (to.isBefore(from)) {
        throw new IllegalArgumentException("a period cannot end before it begins");
      }
    }

    boolean includes(String answering) {
      return model.isEmpty()
          || ModelCatalogue.withoutDate(model.get()).equals(ModelCatalogue.withoutDate(answering));
    }
  }

  /**
   * The result of one page.
   *
   * @param calls the number of compared calls
   * @param differences one for each model
   * @param next the last call of this page; absent at the end
   */
  record Page(long calls, List<Difference> differences, Optional<CallId> next) {
    public Page {
      Map<String, Difference> sums = new TreeMap<>();
      for (Difference each : differences) {
        sums.merge(each.provider() + "/" + each.model(), each, Difference::plus);
      }
      differences = List.copyOf(sums.values());
    }

    /** Merges this page and the next one. */
    public Page plus(Page later) {
      List<Difference> both = new ArrayList<>(differences);
      both.addAll(later.differences);
      return new Page(calls + later.calls, both, later.next);
    }
  }

  /**
   * The calls of a model whose cost differs from the book. Both amounts may be equal, since an
   * estimate can prove right.
   *
   * @param before USD, recorded and adjusted so far
   * @param after USD by the book
   */
  record Difference(
      String provider, String model, long calls, BigDecimal before, BigDecimal after) {
    Difference plus(Difference other) {
      return new Difference(
          provider,
          model,
          calls + other.calls,
          Money.normalize(before.add(other.before)),
          Money.normalize(after.add(other.after)));
    }
  }
}
