package dev.tollgate.cost;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tollgate.TestEngines;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

final class DynamoDbCallLogIT {
  @Test
  void appendingARecordAgainChangesNothing() {
    String table = TestEngines.table("CallsTable");
    CallLog log = new DynamoDbCallLog(TestEngines.dynamoDb(), table);
    CallRecord call = CallRecords.answered(Instant.now(), "alice", "0.00000001");

    log.append(call);
    log.append(call);

    List<Map<String, AttributeValue>> items =
        TestEngines.dynamoDb().scan(scan -> scan.tableName(table)).items();
    assertEquals(List.of(DynamoDbCallItem.write(call)), items);
  }

  @Test
  void saysWhenTheStoreTookNothing() {
    CallLog log = new DynamoDbCallLog(TestEngines.dynamoDb(), "no-such-table");
    CallRecord call = CallRecords.failed(CallRecords.NOW);

    assertThrows(CallLog.CallNotLoggedException.class, () -> log.append(call));
  }
}
