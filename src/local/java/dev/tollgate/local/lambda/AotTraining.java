package dev.tollgate.local.lambda;

import dev.tollgate.local.process.InheritedVariables;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Makes the AOT cache of a build. With it a JVM starts a function in half the time, which counts
 * when several start at once; without it everything works as well.
 */
final class AotTraining {
  private static final int MEMORY_MEGABYTES = 512;

  // Nobody listens there, so the runtime loop starts Quarkus, finds no work and ends.
  private static final String NO_RUNTIME_API = "127.0.0.1:1";

  // Any function will do: most of start-up is the same for all.
  private static final String FUNCTION = "invokeLlm";

  private final JvmCommand jvm;
  private final Path taskRoot;

  AotTraining(JvmCommand jvm, Path taskRoot) {
    this.jvm = jvm;
    this.taskRoot = taskRoot;
  }

  void run() throws IOException, InterruptedException {
    if (Files.exists(jvm.cache())) {
      return;
    }
    Path unfinished =
        Files.createTempFile(jvm.cache().toAbsolutePath().getParent(), "cache", ".unfinished");
    try {
      ProcessBuilder training =
          InheritedVariables.only(new ProcessBuilder(jvm.training(MEMORY_MEGABYTES, unfinished)))
              .directory(taskRoot.toFile())
              .redirectErrorStream(true)
              .redirectOutput(Redirect.DISCARD);
      training.environment().put("AWS_LAMBDA_RUNTIME_API", NO_RUNTIME_API);
      training.environment().put("AWS_REGION", "us-east-1");
      training.environment().put("QUARKUS_FUNQY_EXPORT", FUNCTION);
      if (training.start().waitFor() == 0 && Files.size(unfinished) > 0) {
        Files.move(unfinished, jvm.cache(), StandardCopyOption.ATOMIC_MOVE);
      }
    } finally {
      Files.deleteIfExists(unfinished);
      // What the JVM records before it makes the cache; it is left when the training is ended.
      Files.deleteIfExists(Path.of(unfinished + ".config"));
    }
  }
}
