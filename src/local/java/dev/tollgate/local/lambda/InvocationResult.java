package dev.tollgate.local.lambda;

import java.nio.charset.StandardCharsets;

/** What became of an invocation that Lambda accepted. */
public sealed interface InvocationResult {
  String requestId();

  /** The function's answer, or the error as JSON. */
  byte[] payload();

  default String text() {
    return new String(payload(), StandardCharsets.UTF_8);
  }

  /** The function answered. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared, and copying 6 MB would cost.
  record Succeeded(String requestId, byte[] payload) implements InvocationResult {}

  /** The function threw, ended, ran out of time or could not start. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared, and copying 6 MB would cost.
  record Failed(String requestId, byte[] payload) implements InvocationResult {}
}
