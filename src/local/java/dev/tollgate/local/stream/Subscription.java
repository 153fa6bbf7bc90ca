package dev.tollgate.local.stream;

import static java.util.Objects.requireNonNull;

import dev.tollgate.local.template.StreamSource;

/** A function's interest in one stream as it is now; a recreated table has another stream. */
record Subscription(String function, StreamSource source, String streamArn, RecordFilter filter) {
  Subscription {
    requireNonNull(function, "function");
    requireNonNull(source, "source");
    requireNonNull(streamArn, "streamArn");
    requireNonNull(filter, "filter");
  }

  /** Returns the name that checkpoints are kept under. */
  String id() {
    return function + " " + streamArn;
  }
}
