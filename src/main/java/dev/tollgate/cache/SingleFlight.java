package dev.tollgate.cache;

/**
 * Lets one of many equal calls ask the model while the others wait for its answer in the response
 * cache, across processes. Never throws, and never holds anybody up for good: who leads must keep
 * saying so, and when nobody can tell, everybody asks.
 */
public interface SingleFlight {
  /** Whose turn it is to ask for the answer of this key. */
  FlightRole acquire(CacheKey key);

  /** Whose turn it is. */
  sealed interface FlightRole {
    /** The caller's own, until it lands or dies. */
    record Leader(Leadership leadership) implements FlightRole {}

    /** Somebody else is asking. */
    record Follower() implements FlightRole {}

    /** Nobody's: the answer was just found to be none that can be kept, or Redis is away. */
    record Uncoordinated() implements FlightRole {}
  }

  /** The right to ask, which is renewed by itself as long as its process lives. */
  interface Leadership extends AutoCloseable {
    /** Says to those who wait that the answer cannot be kept, so that they ask themselves. */
    void abandon();

    @Override
    void close();
  }
}
