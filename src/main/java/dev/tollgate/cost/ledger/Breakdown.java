package dev.tollgate.cost.ledger;

import java.util.List;

/** The breakdowns of the total in every report. */
public enum Breakdown {
  BY_MODEL(Dimension.PROVIDER, Dimension.MODEL),
  /** Of live calls with a user. */
  TOP_USERS(Dimension.USER, Dimension.TEAM),
  BY_ENDPOINT(Dimension.ENDPOINT),
  BY_TEAM(Dimension.TEAM),
  BY_PROMPT(Dimension.PROMPT, Dimension.PROMPT_VERSION),
  BY_DAY(Dimension.DAY),
  BY_CACHE(Dimension.CACHE),
  BY_PURPOSE(Dimension.PURPOSE);

  private final List<Dimension> dimensions;

  Breakdown(Dimension... dimensions) {
    this.dimensions = List.of(dimensions);
  }

  public List<Dimension> dimensions() {
    return dimensions;
  }
}
