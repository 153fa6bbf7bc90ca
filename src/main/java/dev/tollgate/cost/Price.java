package dev.tollgate.cost;

import java.util.Locale;

/**
 * The rates that hold for a model at a time.
 *
 * @param id names the row of the price book, so that a record can be traced and re-priced
 */
public record Price(String id, Status status, Rates rates) {
  /** The same rates, for tokens that the provider did not count. */
  public Price estimated() {
    return new Price(id, Status.ESTIMATED, rates);
  }

  /** How sure a price is. */
  public enum Status {
    /** From the price book. */
    PRICED,
    /**
     * The model is not in the price book, so that the fallback rates were used; or the provider did
     * not say how many tokens it bills.
     */
    ESTIMATED;

    public String id() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
