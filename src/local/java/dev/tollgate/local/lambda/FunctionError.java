package dev.tollgate.local.lambda;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;

/** Words the errors that Lambda itself reports in place of a function's answer. */
final class FunctionError {
  private static final int SIGNAL_BASE = 128;
  private static final int SIGKILL = 9;
  private static final int SIGTERM = 15;

  private FunctionError() {}

  static byte[] exited(String requestId, int exitCode) {
    String reason =
        switch (exitCode) {
          case 0 -> "Runtime exited without providing a reason";
          case SIGNAL_BASE + SIGKILL -> "Runtime exited with error: signal: killed";
          case SIGNAL_BASE + SIGTERM -> "Runtime exited with error: signal: terminated";
          default -> "Runtime exited with error: exit status " + exitCode;
        };
    return json("Runtime.ExitError", requestId, reason);
  }

  static byte[] timedOut(String requestId, Duration timeout) {
    return json(
        "Sandbox.Timedout",
        requestId,
        String.format(
            Locale.ROOT, "Task timed out after %.2f seconds", timeout.toMillis() / 1000.0));
  }

  static byte[] startTimedOut(String requestId, Duration waited) {
    return json(
        "Sandbox.Timedout",
        requestId,
        "The runtime did not ask for an invocation within " + waited.toSeconds() + " seconds");
  }

  static byte[] cannotStart(String requestId, Exception cause) {
    return json("Runtime.InvalidEntrypoint", requestId, String.valueOf(cause.getMessage()));
  }

  static byte[] responseTooLarge(int limit) {
    return json(
        "Function.ResponseSizeTooLarge",
        "Response payload size exceeded maximum allowed payload size (" + limit + " bytes).");
  }

  private static byte[] json(String type, String requestId, String problem) {
    return json(type, "RequestId: " + requestId + " Error: " + problem);
  }

  private static byte[] json(String type, String message) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("errorType", type)
        .put("errorMessage", message)
        .toString()
        .getBytes(StandardCharsets.UTF_8);
  }
}
