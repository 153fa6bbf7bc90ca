package dev.tollgate.cost.calls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tollgate.TestEngines;
import dev.tollgate.local.LocalAws;
import dev.tollgate.local.chaos.FaultProxy;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

final class DynamoDbCallLogIT {
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  @Test
  void repeatedAppendChangesNothing() {
    String table = TestEngines.table("CallsTable");
    CallLog log = new DynamoDbCallLog(TestEngines.dynamoDb(), table);
    CallRecord call = CallRecords.answered(Instant.now(), "alice", "0.00000001");

    log.append(call, PATIENCE);
    log.append(call, PATIENCE);

    List<Map<String, AttributeValue>> items =
        TestEngines.dynamoDb().scan(scan -> scan.tableName(table)).items();
    assertEquals(List.of(DynamoDbCallItem.write(call)), items);
  }

  @Test
  void reportsFailedAppend() {
    CallLog log = new DynamoDbCallLog(TestEngines.dynamoDb(), "no-such-table");
    CallRecord call = CallRecords.failed(CallRecords.NOW);

    assertThrows(CallLog.CallNotLoggedException.class, () -> log.append(call, PATIENCE));
  }

  @Test
  void timesOutOnHangingStore() throws IOException {
    CallRecord call = CallRecords.failed(CallRecords.NOW);
    try (FaultProxy silent =
            FaultProxy.before(TestEngines.engines().dynamoDb().endpoint().getPort());
        DynamoDbClient client =
            LocalAws.dynamoDb(URI.create("http://127.0.0.1:" + silent.port()))) {
      silent.silence();
      CallLog log = new DynamoDbCallLog(client, "never-reached");

      CallLog.CallNotLoggedException refused =
          assertThrows(
              CallLog.CallNotLoggedException.class, () -> log.append(call, Duration.ofMillis(200)));
      assertInstanceOf(ApiCallTimeoutException.class, refused.getCause());
    }
  }
}
