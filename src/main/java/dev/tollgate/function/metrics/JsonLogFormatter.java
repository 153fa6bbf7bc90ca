package dev.tollgate.function.metrics;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.bootstrap.logging.InitialConfigurator;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.logging.Handler;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logmanager.ExtFormatter;
import org.jboss.logmanager.ExtLogRecord;
import org.jspecify.annotations.Nullable;

/**
 * Formats log records as lines of JSON for queries in CloudWatch: {@code time}, {@code level},
 * {@code logger}, {@code message}, {@code function}, and if known {@code request_id}, {@code
 * trace_id}, {@code call_id} and {@code error}, a stack trace. Quarkus has an extension for this,
 * but Maven Central lacks its deployment artifact in our version.
 */
final class JsonLogFormatter extends ExtFormatter {
  /** The MDC key that Lambda's runtimes set. */
  private static final String REQUEST_ID_KEY = "AWSRequestId";

  private final String function;

  JsonLogFormatter(String function) {
    this.function = function;
  }

  @Override
  public String format(ExtLogRecord record) {
    ObjectNode line =
        JsonNodeFactory.instance
            .objectNode()
            .put("time", record.getInstant().toString())
            .put("level", record.getLevel().getName())
            .put("logger", record.getLoggerName())
            .put("message", record.getFormattedMessage())
            .put("function", function);
    putIfPresent(line, "request_id", record.getMdc(REQUEST_ID_KEY));
    putIfPresent(line, RequestTelemetry.TRACE_ID_KEY, record.getMdc(RequestTelemetry.TRACE_ID_KEY));
    putIfPresent(line, RequestTelemetry.CALL_ID_KEY, record.getMdc(RequestTelemetry.CALL_ID_KEY));
    if (record.getThrown() != null) {
      StringWriter trace = new StringWriter();
      record.getThrown().printStackTrace(new PrintWriter(trace));
      line.put("error", trace.toString());
    }
    return line + "\n";
  }

  private static void putIfPresent(ObjectNode line, String name, @Nullable String value) {
    if (value != null) {
      line.put(name, value);
    }
  }

  /** Installs the formatter in Quarkus's log handlers. */
  static final class Installer {
    private Installer() {}

    static void install(
        @Observes StartupEvent event,
        @ConfigProperty(name = "tollgate.logs.json") boolean json,
        @ConfigProperty(name = "quarkus.funqy.export", defaultValue = "none") String function) {
      if (json) {
        for (Handler handler : InitialConfigurator.DELAYED_HANDLER.getHandlers()) {
          handler.setFormatter(new JsonLogFormatter(function));
        }
      }
    }
  }
}
