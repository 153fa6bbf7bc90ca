package dev.tollgate.cost.calls;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.PrintStream;

/**
 * The last resort for a record that the call log rejected: one line of JSON in the function's own
 * log, {@code {"spilled_call": {...}}}. A command can replay these lines.
 */
@Singleton
public class DeadLetterLog {
  private final ObjectMapper json;
  private final PrintStream log;

  @Inject
  DeadLetterLog(ObjectMapper json) {
    this(json, System.out);
  }

  public DeadLetterLog(ObjectMapper json, PrintStream log) {
    this.json = json;
    this.log = log;
  }

  public void write(CallRecord call) {
    try {
      log.println(
          json.writeValueAsString(
              json.createObjectNode().set("spilled_call", CallRecordJson.write(call))));
    } catch (JsonProcessingException e) {
      throw new AssertionError("a call record is plain JSON", e);
    }
  }
}
