package dev.tollgate.event;

import jakarta.enterprise.event.Event;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;

/** Fires CDI events. An observer that throws does not break the call that it observes. */
@Singleton
class CdiEventPublisher implements EventPublisher {
  private static final Logger LOG = Logger.getLogger(CdiEventPublisher.class);

  private final Event<Object> events;

  CdiEventPublisher(Event<Object> events) {
    this.events = events;
  }

  @Override
  public void publish(Object event) {
    try {
      events.fire(event);
    } catch (RuntimeException e) {
      // The event may hold questions and answers, which no log line contains.
      LOG.warnf(e, "Failed to observe event %s", event.getClass().getSimpleName());
    }
  }
}
