package dev.tollgate.cache;

/** Counts commands that Redis failed. Without it, calls merely cost more. */
public interface RedisFailureCounter {
  void increment();
}
