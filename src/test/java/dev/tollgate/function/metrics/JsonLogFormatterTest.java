package dev.tollgate.function.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.Level;
import org.junit.jupiter.api.Test;

final class JsonLogFormatterTest {
  private final ExtLogRecord record =
      new ExtLogRecord(Level.WARN, "two\nlines of \"%s\"", ExtLogRecord.FormatStyle.PRINTF, "");

  JsonLogFormatterTest() {
    record.setLoggerName("dev.tollgate.Some");
    record.setParameters(new Object[] {"text"});
  }

  private JsonNode line() throws IOException {
    String line = new JsonLogFormatter("invokeLlm").format(record);
    assertEquals(line.length() - 1, line.indexOf('\n'), line);
    return new ObjectMapper().readTree(line);
  }

  @Test
  void formatsRecordAsOneLine() throws IOException {
    assertEquals("two\nlines of \"text\"", line().path("message").asText());
    assertEquals("WARN", line().path("level").asText());
    assertEquals("dev.tollgate.Some", line().path("logger").asText());
    assertEquals("invokeLlm", line().path("function").asText());
    assertEquals(record.getInstant().toString(), line().path("time").asText());
    assertFalse(line().has("call_id"));
    assertFalse(line().has("error"));
  }

  @Test
  void containsIdsAndStackTrace() throws IOException {
    record.putMdc("AWSRequestId", "r");
    record.putMdc("trace_id", "t");
    record.putMdc("call_id", "c");
    record.setThrown(new IllegalStateException("broken"));

    assertEquals("r", line().path("request_id").asText());
    assertEquals("t", line().path("trace_id").asText());
    assertEquals("c", line().path("call_id").asText());
    assertTrue(line().path("error").asText().contains("IllegalStateException: broken\n"));
  }
}
