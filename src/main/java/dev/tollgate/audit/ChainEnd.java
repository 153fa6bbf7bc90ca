package dev.tollgate.audit;

/**
 * The end of a chain, kept beside what the chain tells of. It changes with every event, so it is
 * also what a writer compares before it sets: nobody else wrote since it was read.
 *
 * @param length how many events there are
 * @param hash of the last one
 */
public record ChainEnd(long length, String hash) {
  /** The end of a chain without events. */
  public static final ChainEnd NONE = new ChainEnd(0, "0".repeat(64));

  /** The event that comes next. */
  public Event next(String subject, Act act) {
    return new Event(subject, length + 1, act, hash);
  }

  /** The end once that event has come. */
  public ChainEnd after(Event event) {
    return new ChainEnd(event.number(), event.hash());
  }
}
