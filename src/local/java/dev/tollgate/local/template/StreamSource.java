package dev.tollgate.local.template;

import java.util.List;
import java.util.Optional;

/**
 * A DynamoDB stream that feeds a function.
 *
 * @param table the name of the table whose stream it is
 * @param fromStart whether the first start reads from the oldest record, else only what is new
 * @param bisectOnError whether a failed batch is halved before it is tried again
 * @param reportsItemFailures whether the function's answer may name single failed records
 * @param maximumRetries empty to retry for as long as the stream keeps the record
 * @param filters event patterns of which a record must match one; none lets every record through
 */
public record StreamSource(
    String table,
    boolean fromStart,
    int batchSize,
    boolean bisectOnError,
    boolean reportsItemFailures,
    Optional<Integer> maximumRetries,
    List<String> filters) {
  private static final int DEFAULT_BATCH_SIZE = 100;

  public StreamSource {
    filters = List.copyOf(filters);
    if (batchSize < 1 || batchSize > 10_000) {
      throw new IllegalArgumentException("BatchSize must be 1 to 10,000: " + batchSize);
    }
  }

  static StreamSource read(Property event) {
    Property stream = event.get("Stream");
    return new StreamSource(
        LocalNames.tableOfStream(stream.text(), stream.place()),
        event.get("StartingPosition").text().equals("TRIM_HORIZON"),
        event.find("BatchSize").map(Property::number).orElse(DEFAULT_BATCH_SIZE),
        event.find("BisectBatchOnFunctionError").map(Property::flag).orElse(false),
        event.find("FunctionResponseTypes").map(Property::elements).orElse(List.of()).stream()
            .anyMatch(type -> type.text().equals("ReportBatchItemFailures")),
        event.find("MaximumRetryAttempts").map(Property::number).filter(attempts -> attempts >= 0),
        event.find("FilterCriteria", "Filters").map(Property::elements).orElse(List.of()).stream()
            .map(filter -> filter.get("Pattern").text())
            .toList());
  }
}
