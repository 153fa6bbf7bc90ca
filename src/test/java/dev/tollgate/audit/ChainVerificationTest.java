package dev.tollgate.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

final class ChainVerificationTest {
  private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");

  private final List<AuditEvent> events = new ArrayList<>();
  private ChainHead end = ChainHead.NONE;

  ChainVerificationTest() {
    for (int i = 1; i <= 5; i++) {
      AuditEvent event = end.nextEvent("prompt:a", act(i));
      events.add(event);
      end = end.advanceTo(event);
    }
  }

  private static AuditEntry act(int version) {
    return AuditEntry.of(AuditEventType.ACTIVATE, "key_1", NOW)
        .change(OptionalInt.of(version - 1), OptionalInt.of(version));
  }

  @Test
  void emptyChainIsIntact() {
    assertEquals(
        new ChainVerification.Intact(), ChainVerification.verify(List.of(), ChainHead.NONE));
  }

  @Test
  void unchangedChainIsIntact() {
    assertEquals(new ChainVerification.Intact(), ChainVerification.verify(events, end));
  }

  @Test
  void detectsChangedEvent() {
    for (int i = 0; i < events.size(); i++) {
      List<AuditEvent> changed = new ArrayList<>(events);
      AuditEvent event = events.get(i);
      changed.set(
          i,
          new AuditEvent(
              event.subject(),
              event.number(),
              event.entry().reason(Optional.of("somebody else's reason")),
              event.previousHash()));

      assertEquals(new ChainVerification.Broken(i + 1), ChainVerification.verify(changed, end));
    }
  }

  @Test
  void detectsMissingEvent() {
    for (int i = 0; i < events.size(); i++) {
      List<AuditEvent> changed = new ArrayList<>(events);
      changed.remove(i);

      assertEquals(new ChainVerification.Broken(i + 1), ChainVerification.verify(changed, end));
    }
  }

  @Test
  void detectsAdditionalEvent() {
    events.add(end.nextEvent("prompt:a", act(9)));

    assertEquals(new ChainVerification.Broken(5), ChainVerification.verify(events, end));
  }

  @Test
  void detectsEventOfAnotherChain() {
    AuditEvent event = events.get(2);
    events.set(2, new AuditEvent("prompt:b", event.number(), event.entry(), event.previousHash()));

    assertEquals(new ChainVerification.Broken(3), ChainVerification.verify(events, end));
  }

  @Test
  void absentValueDiffersFromEmptyValue() {
    assertNotEquals(
        end.nextEvent("prompt:a", act(1)).hash(),
        end.nextEvent("prompt:a", act(1).reason(Optional.of(""))).hash());
  }
}
