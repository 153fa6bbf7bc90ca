package dev.tollgate.cost.calls;

import com.github.f4b6a3.ulid.Ulid;
import com.github.f4b6a3.ulid.UlidCreator;
import java.time.Clock;
import java.time.Instant;

/** A ULID: the id of one attempt at a call, its time in milliseconds, and its idempotency key. */
public record CallId(String value) {
  public CallId {
    if (!Ulid.isValid(value)) {
      throw new IllegalArgumentException("a call id must be a ULID: " + value);
    }
  }

  public static CallId next(Clock clock) {
    return new CallId(UlidCreator.getUlid(clock.millis()).toString());
  }

  public Instant time() {
    return Ulid.getInstant(value);
  }

  @Override
  public String toString() {
    return value;
  }
}
