package dev.tollgate.local.lambda;

import java.io.IOException;

/** Starts child processes, in a way that ends them with this one. */
@FunctionalInterface
public interface ProcessStarter {
  /** Starts a process whose output is kept under {@code name}. */
  Process start(String name, ProcessBuilder builder) throws IOException;
}
