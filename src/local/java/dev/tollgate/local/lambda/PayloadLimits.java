package dev.tollgate.local.lambda;

/** How many bytes of JSON, escapes included, Lambda carries. */
public final class PayloadLimits {
  /** The most that a synchronous invocation takes and answers. */
  public static final int SYNCHRONOUS = 6_291_556;

  /** The most that an asynchronous invocation takes. */
  static final int ASYNCHRONOUS = 1_048_576;

  private PayloadLimits() {}
}
