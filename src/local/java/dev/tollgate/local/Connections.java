package dev.tollgate.local;

import dev.tollgate.local.stream.StreamPoller;
import java.io.IOException;
import java.net.URI;
import java.util.Map;

/**
 * The ways on which functions reach what they need: the straight ones, unless somebody wants to see
 * what becomes of a call when one of them is bad. The emulator itself always takes the straight.
 */
public interface Connections {
  Connections DIRECT = new Connections() {};

  /** Returns the DynamoDB endpoint that functions use in place of the engine's. */
  default URI dynamoDb(URI engine) throws IOException {
    return engine;
  }

  default URI redis(URI engine) throws IOException {
    return engine;
  }

  default String ledger(String jdbcUrl) throws IOException {
    return jdbcUrl;
  }

  /** What stands between the streams and the functions that they feed. */
  default StreamPoller.FunctionInvoker stream(StreamPoller.FunctionInvoker functions) {
    return functions;
  }

  /** Extra variables of an environment that starts now. */
  default Map<String, String> environment() {
    return Map.of();
  }
}
