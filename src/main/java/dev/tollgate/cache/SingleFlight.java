package dev.tollgate.cache;

/**
 * Coalesces equal calls across processes: one calls the model, and the others wait for its response
 * in the response cache. It never throws and never blocks a call for good: the leader renews a
 * lease, and without Redis every call is made.
 */
public interface SingleFlight {
  /** Decides whether the caller calls the model for this key. */
  FlightRole acquire(CacheKey key);

  /** The role of the caller. */
  sealed interface FlightRole {
    /** The caller calls the model. */
    record Leader(Leadership leadership) implements FlightRole {}

    /** Another caller calls the model. */
    record Follower() implements FlightRole {}

    /** No one coordinates: the response is not cacheable, or Redis is unavailable. */
    record Uncoordinated() implements FlightRole {}
  }

  /** The lease of the leader, renewed as long as its process lives. */
  interface Leadership extends AutoCloseable {
    /** Signals to followers that the response is not cacheable, so that they call the model. */
    void abandon();

    @Override
    void close();
  }
}
