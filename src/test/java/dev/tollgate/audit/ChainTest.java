package dev.tollgate.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

final class ChainTest {
  private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");

  private final List<Event> events = new ArrayList<>();
  private ChainEnd end = ChainEnd.NONE;

  ChainTest() {
    for (int i = 1; i <= 5; i++) {
      Event event = end.next("prompt:a", act(i));
      events.add(event);
      end = end.after(event);
    }
  }

  private static Act act(int version) {
    return Act.of(EventType.ACTIVATE, "key_1", NOW)
        .moving(OptionalInt.of(version - 1), OptionalInt.of(version));
  }

  @Test
  void aChainWithoutEventsIsIntact() {
    assertEquals(new Chain.Intact(), Chain.check(List.of(), ChainEnd.NONE));
  }

  @Test
  void aChainAsItWasWrittenIsIntact() {
    assertEquals(new Chain.Intact(), Chain.check(events, end));
  }

  @Test
  void aChangedEventIsFound() {
    for (int i = 0; i < events.size(); i++) {
      List<Event> changed = new ArrayList<>(events);
      Event event = events.get(i);
      changed.set(
          i,
          new Event(
              event.subject(),
              event.number(),
              event.act().because(Optional.of("somebody else's reason")),
              event.previousHash()));

      assertEquals(new Chain.Broken(i + 1), Chain.check(changed, end));
    }
  }

  @Test
  void aMissingEventIsFound() {
    for (int i = 0; i < events.size(); i++) {
      List<Event> changed = new ArrayList<>(events);
      changed.remove(i);

      assertEquals(new Chain.Broken(i + 1), Chain.check(changed, end));
    }
  }

  @Test
  void anEventTooManyIsFound() {
    events.add(end.next("prompt:a", act(9)));

    assertEquals(new Chain.Broken(5), Chain.check(events, end));
  }

  @Test
  void anEventOfAnotherChainIsFound() {
    Event event = events.get(2);
    events.set(2, new Event("prompt:b", event.number(), event.act(), event.previousHash()));

    assertEquals(new Chain.Broken(3), Chain.check(events, end));
  }

  @Test
  void whatWasNotSaidIsNotWhatWasLeftEmpty() {
    assertNotEquals(
        end.next("prompt:a", act(1)).hash(),
        end.next("prompt:a", act(1).because(Optional.of(""))).hash());
  }
}
