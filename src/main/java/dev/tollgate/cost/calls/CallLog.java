package dev.tollgate.cost.calls;

import java.time.Duration;

/** Where every call is written down before its answer leaves. */
public interface CallLog {
  /**
   * Writes a record. Writing the same record again changes nothing.
   *
   * @param timeout for how long the store is waited for
   * @throws CallNotLoggedException if the store does not take it by then
   */
  void append(CallRecord call, Duration timeout);

  /** The store refused a record, or did not say whether it took it. */
  final class CallNotLoggedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public CallNotLoggedException(CallId id, Throwable cause) {
      super("call " + id + " could not be written to the calls table", cause);
    }
  }
}
