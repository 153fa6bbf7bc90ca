package dev.tollgate.cost.calls;

import java.time.Duration;

/** Stores the record of every call before its response is sent. */
public interface CallLog {
  /**
   * Writes a record. Writing the same record again changes nothing.
   *
   * @param timeout of the write
   * @throws CallNotLoggedException if the store does not confirm the write in time
   */
  void append(CallRecord call, Duration timeout);

  /** The store rejected a record, or did not confirm it. */
  final class CallNotLoggedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public CallNotLoggedException(CallId id, Throwable cause) {
      super("call " + id + " could not be written to the calls table", cause);
    }
  }
}
