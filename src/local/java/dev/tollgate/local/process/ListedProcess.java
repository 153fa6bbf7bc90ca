package dev.tollgate.local.process;

import java.util.Optional;

/** A process that is ours to end, as one line of a {@link ProcessList}. */
record ListedProcess(long pid, ProcessIdentity identity, TerminationSignal signal, String name) {
  /** Returns false also when the number now belongs to another process. */
  boolean isAlive() {
    return ProcessIdentity.of(pid).equals(Optional.of(identity));
  }

  String toLine() {
    return pid + " " + identity.value() + " " + signal + " " + name;
  }

  /** Returns empty for a line that a crash cut short. */
  static Optional<ListedProcess> parse(String line) {
    String[] parts = line.split(" ", 4);
    try {
      return parts.length < 4
          ? Optional.empty()
          : Optional.of(
              new ListedProcess(
                  Long.parseLong(parts[0]),
                  new ProcessIdentity(parts[1]),
                  TerminationSignal.valueOf(parts[2]),
                  parts[3]));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }
}
