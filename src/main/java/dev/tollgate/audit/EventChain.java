package dev.tollgate.audit;

import java.util.List;

/** The events of one chain, as a store keeps them. All reads are strongly consistent. */
public interface EventChain {
  ChainEnd end();

  /** Events below {@code before}, newest first, at most {@code limit}. */
  List<Event> newest(long before, int limit);

  /** The events up to an end, oldest first, read as they are iterated. */
  Iterable<Event> upTo(ChainEnd end);

  /** Reads all events and says whether they are as they were written. */
  default Chain verify() {
    ChainEnd end = end();
    return Chain.check(upTo(end), end);
  }
}
