package dev.tollgate.event;

/** Publishes domain events, which are small records of the packages that publish them. */
@FunctionalInterface
public interface EventPublisher {
  /** Runs all observers of the event's type, and returns after the last one. Never throws. */
  void publish(Object event);
}
