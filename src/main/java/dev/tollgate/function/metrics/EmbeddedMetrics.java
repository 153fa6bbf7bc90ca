package dev.tollgate.function.metrics;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.json.JsonNodes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Writes CloudWatch metrics to the function's log, as lines of JSON in the embedded metric format.
 * The properties of a line are not dimensions.
 */
@Singleton
public class EmbeddedMetrics {
  private static final String NAMESPACE = "Tollgate";

  private static final String DIMENSION = "Stack";

  private final String stack;
  private final Clock clock;
  private final PrintStream log;

  /**
   * Creates metrics on standard output.
   *
   * @param stack the dimension that separates the stacks of one account
   */
  @Inject
  EmbeddedMetrics(@ConfigProperty(name = "tollgate.stack") String stack, Clock clock) {
    this(stack, clock, System.out);
  }

  public EmbeddedMetrics(String stack, Clock clock, PrintStream log) {
    this.stack = stack;
    this.clock = clock;
    this.log = log;
  }

  /** Writes metrics with the current time. */
  void write(Map<String, ? extends Number> values, ObjectNode properties) {
    write(clock.instant(), values, properties);
  }

  /** Writes metrics. An Integer has the unit Count. */
  void write(Instant time, Map<String, ? extends Number> values, ObjectNode properties) {
    ObjectNode line = JsonNodes.object();
    ObjectNode aws = line.putObject("_aws").put("Timestamp", time.toEpochMilli());
    ObjectNode metrics = aws.putArray("CloudWatchMetrics").addObject().put("Namespace", NAMESPACE);
    metrics.putArray("Dimensions").addArray().add(DIMENSION);
    line.put(DIMENSION, stack);
    ArrayNode names = metrics.putArray("Metrics");
    new TreeMap<>(values)
        .forEach(
            (name, value) -> {
              names
                  .addObject()
                  .put("Name", name)
                  .put("Unit", value instanceof Integer ? "Count" : "None");
              line.put(name, new BigDecimal(value.toString()));
            });
    log.println(line.setAll(properties));
  }
}
