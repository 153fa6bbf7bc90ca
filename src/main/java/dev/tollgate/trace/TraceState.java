package dev.tollgate.trace;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The state of tracing systems: the header {@code tracestate} of <a
 * href="https://www.w3.org/TR/trace-context-1/#tracestate-header">W3C Trace Context, Level 1</a>.
 * Tollgate adds nothing to it.
 *
 * @param header the outgoing header; empty if there is none
 */
public record TraceState(String header) {
  static final TraceState NONE = new TraceState("");

  private static final int MAX_MEMBERS = 32;
  private static final Pattern KEY =
      Pattern.compile(
          "[a-z][a-z0-9_*/-]{0,255}|[a-z0-9][a-z0-9_*/-]{0,240}@[a-z][a-z0-9_*/-]{0,13}");

  /** Printable ASCII without comma and equals sign, without a blank at the end. */
  private static final Pattern VALUE = Pattern.compile("[ -~&&[^,=]]{0,255}[!-~&&[^,=]]");

  /** Parses a header; empty if any member is invalid. */
  static Optional<TraceState> parse(String header) {
    List<String> members = new ArrayList<>();
    Set<String> keys = new HashSet<>();
    for (String part : header.split(",", -1)) {
      String member = part.strip();
      if (member.isEmpty()) {
        continue;
      }
      int equals = member.indexOf('=');
      if (equals < 0
          || !KEY.matcher(member.substring(0, equals)).matches()
          || !VALUE.matcher(member.substring(equals + 1)).matches()
          || !keys.add(member.substring(0, equals))) {
        return Optional.empty();
      }
      members.add(member);
    }
    return members.size() > MAX_MEMBERS
        ? Optional.empty()
        : Optional.of(new TraceState(String.join(",", members)));
  }

  /** The outgoing header, if there is one. */
  public Optional<String> outgoingHeader() {
    return header.isEmpty() ? Optional.empty() : Optional.of(header);
  }
}
