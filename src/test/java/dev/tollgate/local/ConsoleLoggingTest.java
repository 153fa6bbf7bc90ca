package dev.tollgate.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class ConsoleLoggingTest {
  /** Started as {@code make run} is: without a word about logging. */
  static final class Warner {
    private Warner() {}

    public static void main(String[] arguments) {
      ConsoleLogging.configure();
      ConsoleLogging.configure();
      System.Logger log = System.getLogger("dev.tollgate.local.some.Part");
      log.log(Level.WARNING, "a {0} engine", "lost");
      log.log(Level.INFO, "not shown");
    }
  }

  @Test
  void warningsReachStandardErrorOnce() throws Exception {
    ProcessBuilder command =
        new ProcessBuilder(
            ProcessHandle.current().info().command().orElseThrow(),
            "-cp",
            System.getProperty("java.class.path"),
            Warner.class.getName());
    // With it, Java says so on standard error.
    command.environment().remove("JAVA_TOOL_OPTIONS");
    Process warner = command.start();
    String error = new String(warner.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);

    assertTrue(warner.waitFor(60, TimeUnit.SECONDS));
    assertEquals(1, error.lines().count(), error);
    assertTrue(error.endsWith(" WARN a lost engine\n"), error);
  }
}
