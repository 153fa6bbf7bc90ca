package dev.tollgate.local.process;

import java.util.Optional;

/** A process that is ours to end, as one line of a {@link ProcessList}. */
record ListedProcess(long pid, ProcessMark mark, EndSignal signal, String name) {
  /** Returns false also when the number now belongs to another process. */
  boolean isAlive() {
    return ProcessMark.of(pid).equals(Optional.of(mark));
  }

  String toLine() {
    return pid + " " + mark.value() + " " + signal + " " + name;
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
                  new ProcessMark(parts[1]),
                  EndSignal.valueOf(parts[2]),
                  parts[3]));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }
}
