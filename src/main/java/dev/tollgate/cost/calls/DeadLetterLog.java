package dev.tollgate.cost.calls;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.PrintStream;

/**
 * The last resort of a record that the call log did not take: one line of JSON, {@code
 * {"spilled_call": {...}}}, in the function's own log, from where it can be loaded again.
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
