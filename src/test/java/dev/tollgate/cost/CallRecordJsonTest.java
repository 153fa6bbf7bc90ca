package dev.tollgate.cost;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class CallRecordJsonTest {
  static Stream<CallRecord> records() {
    return Stream.of(
        CallRecords.answered(CallRecords.NOW, "alice", "0.00000001"),
        CallRecords.cached(CallRecords.NOW, "bob", "0.054399"),
        CallRecords.failed(CallRecords.NOW));
  }

  @ParameterizedTest
  @MethodSource("records")
  void readsBackWhatItWrote(CallRecord record) {
    assertEquals(record, CallRecordJson.read(CallRecordJson.write(record)));
  }

  @Test
  void aFieldThatIsMissingIsNamed() {
    ObjectNode json = CallRecordJson.write(CallRecords.answered(CallRecords.NOW, "alice", "1"));
    json.remove("team");

    assertEquals(
        "a call record needs team",
        assertThrows(IllegalArgumentException.class, () -> CallRecordJson.read(json)).getMessage());
  }

  @Test
  void textsFromOutsideLoseWhatNoStoreCanHold() {
    assertEquals("a?b", CallRecords.answered(CallRecords.NOW, "a\0b", "1").user().orElseThrow());
  }
}
