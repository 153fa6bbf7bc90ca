package dev.tollgate.trace;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The distributed trace of a request: <a href="https://www.w3.org/TR/trace-context-1/">W3C Trace
 * Context, Level 1</a> . An invalid header is ignored: section 3.2.2 lets the receiver start a new
 * trace.
 *
 * @param traceId 32 lower-case hex digits
 * @param sampled whether the caller may have recorded it
 * @param state the state of other tracing systems; may be empty
 */
public record TraceContext(String traceId, boolean sampled, TraceState state) {
  // Section 3.2: a later version may add fields at the end, and is parsed like this one.
  private static final Pattern TRACEPARENT =
      Pattern.compile(
          "(?<version>[0-9a-f]{2})-(?<trace>[0-9a-f]{32})-(?<parent>[0-9a-f]{16})"
              + "-(?<flags>[0-9a-f]{2})(?<more>-.*)?");
  private static final String VERSION = "00";
  private static final String INVALID_VERSION = "ff";
  private static final String INVALID_TRACE_ID = "0".repeat(32);
  private static final String INVALID_PARENT_ID = "0".repeat(16);
  private static final int SAMPLED = 1;

  /**
   * AWS X-Ray's header. Its trace id has the same 32 digits in two parts. See "Tracing header" in
   * the X-Ray developer guide.
   */
  private static final Pattern XRAY =
      Pattern.compile("(?:.*;)?\\s*Root=1-([0-9a-f]{8})-([0-9a-f]{24})(?:;.*)?");

  private static final Pattern XRAY_SAMPLED = Pattern.compile("(?:.*;)?\\s*Sampled=1(?:;.*)?");

  /** Inherited, since the judge and test runs call models on their own threads. */
  private static final InheritableThreadLocal<@Nullable TraceContext> CURRENT =
      new InheritableThreadLocal<>();

  /** Parses the headers of a request; empty if there is no valid {@code traceparent}. */
  public static Optional<TraceContext> parse(Optional<String> parent, Optional<String> state) {
    return parent
        .map(TRACEPARENT::matcher)
        .filter(Matcher::matches)
        .filter(TraceContext::isValid)
        .map(
            read ->
                new TraceContext(
                    read.group("trace"),
                    isSampled(read.group("flags")),
                    state.flatMap(TraceState::parse).orElse(TraceState.NONE)));
  }

  private static boolean isValid(Matcher parent) {
    String version = parent.group("version");
    return !version.equals(INVALID_VERSION)
        && !parent.group("trace").equals(INVALID_TRACE_ID)
        && !parent.group("parent").equals(INVALID_PARENT_ID)
        && (parent.group("more") == null || !version.equals(VERSION));
  }

  private static boolean isSampled(String flags) {
    return (Integer.parseInt(flags, 16) & SAMPLED) != 0;
  }

  /** Parses AWS X-Ray's header, {@code Root=1-...;Parent=...;Sampled=1}. */
  public static Optional<TraceContext> parseXRay(String header) {
    return Optional.of(XRAY.matcher(header))
        .filter(Matcher::matches)
        .map(
            root ->
                new TraceContext(
                    root.group(1) + root.group(2),
                    XRAY_SAMPLED.matcher(header).matches(),
                    TraceState.NONE))
        .filter(trace -> !trace.traceId().equals(INVALID_TRACE_ID));
  }

  /** Starts a new trace, which is not sampled. */
  public static TraceContext startNew() {
    return new TraceContext(random(16), false, TraceState.NONE);
  }

  /** The trace of the current thread. */
  public static TraceContext current() {
    TraceContext current = CURRENT.get();
    return current == null ? startNew() : current;
  }

  /** Runs work within this trace. */
  public <T> T callWithin(Supplier<T> work) {
    TraceContext before = CURRENT.get();
    CURRENT.set(this);
    try {
      return work.get();
    } finally {
      CURRENT.set(before);
    }
  }

  /** The header {@code traceparent} of an outgoing request, with a new span each time. */
  public String traceparent() {
    return "%s-%s-%s-%02x".formatted(VERSION, traceId, random(8), sampled ? SAMPLED : 0);
  }

  private static String random(int bytes) {
    byte[] id = new byte[bytes];
    // Not a field: a generator in the heap of a native image would repeat its seed.
    SecureRandom random = new SecureRandom();
    do {
      random.nextBytes(id);
    } while (isZero(id));
    return HexFormat.of().formatHex(id);
  }

  private static boolean isZero(byte[] id) {
    for (byte each : id) {
      if (each != 0) {
        return false;
      }
    }
    return true;
  }
}
