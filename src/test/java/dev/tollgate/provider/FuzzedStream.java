package dev.tollgate.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;

/** An answer's stream of a fuzzer's making. */
public final class FuzzedStream {
  private FuzzedStream() {}

  /** Checks that an answer is whole when it says so, whatever comes after that. */
  public static void check(byte[] stream, Function<String, StreamParseResult> format) {
    String text = new String(stream, StandardCharsets.UTF_8);
    StreamParseResult whole = format.apply(text);
    for (int end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n", end + 2)) {
      if (format.apply(text.substring(0, end + 2))
          instanceof StreamParseResult.Complete(ObjectNode answer)) {
        assertEquals(new StreamParseResult.Complete(answer), whole);
        return;
      }
    }
  }
}
