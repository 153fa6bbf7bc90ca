package dev.tollgate.local.engine;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** An engine that ended or stayed silent instead of getting ready; tells what its log says. */
final class EngineStartException extends IOException {
  private static final long serialVersionUID = 1L;

  private final boolean isRetryable;

  EngineStartException(
      String engine, String what, Path log, LogTail tail, @Nullable Throwable cause) {
    super(
        """
        %s %s. Its log, %s, ends with:
        %s
        If the data it kept is the cause and may go: `make clean-local`, then start again.\
        """
            .formatted(engine, what, log, tail.indented()),
        cause);
    this.isRetryable = tail.contains("Address already in use") || tail.contains("is still in use");
  }

  /** The port was taken meanwhile, or what an earlier process held is not yet free. */
  boolean isRetryable() {
    return isRetryable;
  }
}
