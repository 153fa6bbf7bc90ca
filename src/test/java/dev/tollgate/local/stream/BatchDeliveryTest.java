package dev.tollgate.local.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.local.lambda.InvocationResult;
import dev.tollgate.local.template.StreamSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class BatchDeliveryTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<String> seen = new ArrayList<>();
  private final List<String> progress = new ArrayList<>();

  @Test
  void successEndsTheBatch() throws InterruptedException {
    deliver(source(false, false, Optional.empty()), 3, numbers -> succeeded("{}"));

    assertEquals(List.of("1 2 3"), seen);
    assertEquals(List.of("3"), progress);
  }

  @Test
  void retriesAFailedBatchUnchanged() throws InterruptedException {
    deliver(
        source(false, false, Optional.empty()),
        3,
        numbers -> seen.size() < 3 ? failed() : succeeded("{}"));

    assertEquals(List.of("1 2 3", "1 2 3", "1 2 3"), seen);
    assertEquals(List.of("3"), progress);
  }

  @Test
  void retriesFromTheLowestReportedFailure() throws InterruptedException {
    deliver(
        source(false, true, Optional.empty()),
        4,
        numbers -> seen.size() == 1 ? succeeded(failures("4", "3")) : succeeded(failures()));

    assertEquals(List.of("1 2 3 4", "3 4"), seen);
    assertEquals(List.of("2", "4"), progress);
  }

  @Test
  void reportOfAnUnknownRecordFailsTheWholeBatch() throws InterruptedException {
    deliver(
        source(false, true, Optional.empty()),
        2,
        numbers -> seen.size() == 1 ? succeeded(failures("77")) : succeeded("null"));

    assertEquals(List.of("1 2", "1 2"), seen);
  }

  @Test
  void reportsAreIgnoredUnlessTheMappingAllowsThem() throws InterruptedException {
    deliver(source(false, false, Optional.empty()), 2, numbers -> succeeded(failures("1")));

    assertEquals(List.of("1 2"), seen);
  }

  @Test
  void bisectingIsolatesTheBadRecord() throws InterruptedException {
    deliver(
        source(true, false, Optional.of(0)),
        4,
        numbers -> numbers.contains("3") ? failed() : succeeded("{}"));

    assertEquals(List.of("1 2 3 4", "1 2", "3 4", "3", "4"), seen);
    assertEquals(List.of("2", "3", "4"), progress);
  }

  @Test
  void givesUpAfterTheLastRetry() throws InterruptedException {
    deliver(source(false, false, Optional.of(1)), 2, numbers -> failed());

    assertEquals(List.of("1 2", "1 2"), seen);
    assertEquals(List.of("2"), progress);
  }

  private void deliver(
      StreamSource source, int records, Function<List<String>, InvocationResult> function)
      throws InterruptedException {
    BatchDelivery.BatchHandler call =
        event -> {
          List<String> numbers = sequenceNumbers(event);
          seen.add(String.join(" ", numbers));
          return function.apply(numbers);
        };
    List<ObjectNode> batch =
        IntStream.rangeClosed(1, records).mapToObj(BatchDeliveryTest::record).toList();
    new BatchDelivery(source, call, progress::add).deliver(new StreamBatch(batch));
  }

  private static StreamSource source(boolean bisect, boolean reports, Optional<Integer> retries) {
    return new StreamSource("calls", true, 100, bisect, reports, retries, List.of());
  }

  private static ObjectNode record(int number) {
    ObjectNode record = JsonNodeFactory.instance.objectNode();
    record.putObject("dynamodb").put("SequenceNumber", Integer.toString(number));
    return record;
  }

  private static List<String> sequenceNumbers(byte[] event) {
    try {
      List<String> numbers = new ArrayList<>();
      for (JsonNode record : JSON.readTree(event).path("Records")) {
        numbers.add(record.path("dynamodb").path("SequenceNumber").asText());
      }
      return numbers;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String failures(String... numbers) {
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    var failures = answer.putArray("batchItemFailures");
    for (String number : numbers) {
      failures.addObject().put("itemIdentifier", number);
    }
    return answer.toString();
  }

  private static InvocationResult succeeded(String payload) {
    return new InvocationResult.Succeeded("id", payload.getBytes(StandardCharsets.UTF_8));
  }

  private static InvocationResult failed() {
    return new InvocationResult.Failed("id", "{}".getBytes(StandardCharsets.UTF_8));
  }
}
