package dev.tollgate.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;

/** For any headers of callers, the outgoing headers conform to the recommendation. */
final class TraceContextFuzzTest {
  private static final Pattern PARENT =
      Pattern.compile("00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-0[01]");

  /** The headers {@code traceparent} and {@code tracestate} are separated by {@code \0}. */
  @FuzzTest
  void parsesOrIgnoresAnyTrace(byte[] headers) {
    String[] texts = new String(headers, StandardCharsets.UTF_8).split("\0", 2);
    TraceContext.parse(
            Optional.of(texts[0]), texts.length > 1 ? Optional.of(texts[1]) : Optional.empty())
        .ifPresent(TraceContextFuzzTest::check);
  }

  @FuzzTest
  void parsesOrIgnoresAnyXRayHeader(byte[] header) {
    TraceContext.parseXRay(new String(header, StandardCharsets.UTF_8))
        .ifPresent(TraceContextFuzzTest::check);
  }

  private static void check(TraceContext trace) {
    String sent = trace.traceparent();

    assertTrue(PARENT.matcher(sent).matches(), sent);
    assertEquals(
        Optional.of(trace),
        TraceContext.parse(Optional.of(sent), trace.state().outgoingHeader()),
        sent);
  }
}
