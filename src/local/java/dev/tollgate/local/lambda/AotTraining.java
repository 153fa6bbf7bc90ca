package dev.tollgate.local.lambda;

import dev.tollgate.local.template.FunctionDefinition;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;

/**
 * Makes the AOT cache of a build, once and beside other work. With it a JVM starts a function in
 * half the time, which counts when eight start at once; without it everything works as well.
 */
final class AotTraining implements AutoCloseable {
  private static final Logger LOG = System.getLogger(AotTraining.class.getName());

  // Nobody listens there, so the runtime loop starts Quarkus, finds no work and ends.
  private static final String NO_RUNTIME_API = "127.0.0.1:1";

  private final JvmCommand jvm;
  private final FunctionDefinition function;
  private final EnvironmentCommand command;
  private final ProcessStarter processes;
  private volatile @Nullable Process process;

  AotTraining(
      JvmCommand jvm,
      FunctionDefinition function,
      EnvironmentCommand command,
      ProcessStarter processes) {
    this.jvm = jvm;
    this.function = function;
    this.command = command;
    this.processes = processes;
  }

  /** Begins, unless there is a cache already. */
  void start() {
    if (!Files.exists(jvm.cache())) {
      Thread unused = Thread.ofVirtual().start(this::train);
    }
  }

  private void train() {
    try {
      Path unfinished =
          Files.createTempFile(jvm.cache().toAbsolutePath().getParent(), "cache", ".unfinished");
      try {
        Process training =
            processes.start(
                "aot-training",
                command.build(
                    function,
                    NO_RUNTIME_API,
                    jvm.training(function.memoryMegabytes(), unfinished)));
        process = training;
        if (training.waitFor() == 0 && Files.size(unfinished) > 0) {
          Files.move(unfinished, jvm.cache(), StandardCopyOption.ATOMIC_MOVE);
        }
      } finally {
        Files.deleteIfExists(unfinished);
        // What the JVM records before it makes the cache; it is left when the training is ended.
        Files.deleteIfExists(Path.of(unfinished + ".config"));
      }
    } catch (IOException | RuntimeException e) {
      LOG.log(Level.DEBUG, "Functions start without an AOT cache", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    Process training = process;
    if (training != null) {
      training.destroyForcibly();
    }
  }
}
