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
 * Compares what calls cost, as booked and adjusted since, with what a price book says, and books
 * the difference as an adjustment. A call's record never changes, and a second re-pricing by the
 * same book finds nothing more to adjust.
 */
public interface Repricing {
  /**
   * Looks at the next calls of a period.
   *
   * @param after where the part before ended
   * @param maxCalls how many calls to look at
   * @param actor the id of the key that wants the differences booked; nobody only looks
   * @throws LedgerUnavailableException if the books cannot be reached; nothing of this part is
   *     adjusted then, and it can be tried again
   */
  Page reprice(
      Scope scope, PriceBook prices, Optional<CallId> after, int maxCalls, Optional<String> actor);

  /**
   * Which calls.
   *
   * @param from the first UTC day
   * @param to the last UTC day
   * @param model the model that answered, with or without its date; all if none
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
   * What came of a part.
   *
   * @param calls how many were compared
   * @param differences one for each model
   * @param next where the next part begins; absent at the end
   */
  record Page(long calls, List<Difference> differences, Optional<CallId> next) {
    public Page {
      Map<String, Difference> sums = new TreeMap<>();
      for (Difference each : differences) {
        sums.merge(each.provider() + "/" + each.model(), each, Difference::plus);
      }
      differences = List.copyOf(sums.values());
    }

    /** This part and the one after it as one. */
    public Page plus(Page later) {
      List<Difference> both = new ArrayList<>(differences);
      both.addAll(later.differences);
      return new Page(calls + later.calls, both, later.next);
    }
  }

  /**
   * What the calls of a model cost that do not cost what the book says. Both amounts may be equal:
   * an estimate can prove right.
   *
   * @param before in USD, as booked and adjusted so far
   * @param after in USD, as the book says
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
