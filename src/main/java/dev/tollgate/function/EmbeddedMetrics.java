package dev.tollgate.function;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.PrintStream;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/**
 * CloudWatch's metrics in the function's own log, each event a line of JSON in the embedded metric
 * format. What an event is about are properties of its line and no dimensions.
 */
@Singleton
class EmbeddedMetrics {
  private static final String NAMESPACE = "Tollgate";

  private final PrintStream log;

  @Inject
  EmbeddedMetrics() {
    this(System.out);
  }

  EmbeddedMetrics(PrintStream log) {
    this.log = log;
  }

  void write(Instant time, Map<String, Integer> counts, ObjectNode properties) {
    ObjectNode line = JsonNodeFactory.withExactBigDecimals(true).objectNode();
    ObjectNode aws = line.putObject("_aws").put("Timestamp", time.toEpochMilli());
    ObjectNode metrics = aws.putArray("CloudWatchMetrics").addObject().put("Namespace", NAMESPACE);
    metrics.putArray("Dimensions").addArray();
    ArrayNode names = metrics.putArray("Metrics");
    new TreeMap<>(counts)
        .forEach(
            (name, count) -> {
              names.addObject().put("Name", name).put("Unit", "Count");
              line.put(name, count);
            });
    log.println(line.setAll(properties));
  }
}
