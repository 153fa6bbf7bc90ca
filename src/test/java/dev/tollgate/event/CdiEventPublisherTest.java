package dev.tollgate.event;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;

import jakarta.enterprise.event.Event;
import jakarta.enterprise.event.NotificationOptions;
import jakarta.enterprise.util.TypeLiteral;
import java.lang.annotation.Annotation;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

final class CdiEventPublisherTest {
  @Test
  void runsObserversBeforeItReturns() {
    List<Object> observed = new ArrayList<>();
    new CdiEventPublisher(new ObservedEvent(observed::add)).publish("event");

    assertEquals(List.of("event"), observed);
  }

  @Test
  void failingObserverDoesNotBreakCall() {
    CdiEventPublisher publisher =
        new CdiEventPublisher(
            new ObservedEvent(
                _ -> {
                  throw new IllegalStateException("observer failed");
                }));

    assertDoesNotThrow(() -> publisher.publish("event"));
  }

  private record ObservedEvent(Consumer<Object> observer) implements Event<Object> {
    @Override
    public void fire(Object event) {
      observer.accept(event);
    }

    @Override
    public <U> CompletionStage<U> fireAsync(U event) {
      throw new UnsupportedOperationException();
    }

    @Override
    public <U> CompletionStage<U> fireAsync(U event, NotificationOptions options) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Event<Object> select(Annotation... qualifiers) {
      throw new UnsupportedOperationException();
    }

    @Override
    public <U> Event<U> select(Class<U> subtype, Annotation... qualifiers) {
      throw new UnsupportedOperationException();
    }

    @Override
    public <U> Event<U> select(TypeLiteral<U> subtype, Annotation... qualifiers) {
      throw new UnsupportedOperationException();
    }
  }
}
