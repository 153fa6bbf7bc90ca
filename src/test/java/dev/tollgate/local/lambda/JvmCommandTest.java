package dev.tollgate.local.lambda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class JvmCommandTest {
  private final Path cache;
  private final JvmCommand jvm;

  JvmCommandTest(@TempDir Path folder) {
    cache = folder.resolve("jdk.aot");
    jvm = new JvmCommand(List.of(folder.resolve("application.jar")), cache);
  }

  @BeforeEach
  void makeCache() throws IOException {
    Files.createFile(cache);
  }

  @Test
  void cacheIsUsedOnlyWhileItExists() throws IOException {
    assertTrue(jvm.runCommand(512).contains("-XX:AOTCache=" + cache));

    Files.delete(cache);
    assertNoCache(jvm.runCommand(512));
  }

  @Test
  void debuggedFunctionListensOnLoopbackWithoutSuspending() {
    List<String> command = jvm.debugging(512, 5005);

    String agent =
        "-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,quiet=y,address=127.0.0.1:5005";
    assertEquals(List.of(agent), agents(command));
    assertTrue(command.indexOf(agent) < command.indexOf("-cp"), command.toString());
    assertEquals(RuntimeLoop.class.getName(), command.getLast());
    assertNoCache(command);
  }

  @Test
  void otherFunctionsHaveNoDebugger() {
    assertEquals(List.of(), agents(jvm.runCommand(512)));
  }

  private static List<String> agents(List<String> command) {
    return command.stream().filter(word -> word.startsWith("-agentlib")).toList();
  }

  private static void assertNoCache(List<String> command) {
    assertFalse(
        command.stream().anyMatch(word -> word.contains("AOTCache")), () -> command.toString());
  }
}
