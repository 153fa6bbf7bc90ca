package dev.tollgate.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.local.process.DataFolderLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Started from its source and without a class path, as {@code make clean-local} does. */
final class CleanLocalIT {
  private final Path data;

  CleanLocalIT(@TempDir Path folder) throws Exception {
    data = folder.resolve("data");
    Files.createDirectories(data.resolve("redis"));
    Files.writeString(data.resolve("redis/dump.rdb"), "kept");
    Files.writeString(data.resolve("endpoints.json"), "{}");
  }

  @Test
  void deletesAllButTheLockAfterAKilledRun() throws Exception {
    Files.writeString(data.resolve("lock.pid"), "1\n");

    Cleaned cleaned = clean();

    assertEquals(new Cleaned(0, ""), cleaned);
    try (var left = Files.list(data)) {
      assertEquals(List.of(data.resolve("lock")), left.toList());
    }
  }

  @Test
  void deletesNothingWhileALocalCloudRuns() throws Exception {
    try (var _ = DataFolderLock.acquire(data)) {
      Cleaned cleaned = clean();

      assertNotEquals(0, cleaned.status());
      assertTrue(cleaned.error().contains("stop it"), cleaned.error());
      assertEquals("kept", Files.readString(data.resolve("redis/dump.rdb")));
    }
  }

  private record Cleaned(int status, String error) {}

  private Cleaned clean() throws Exception {
    ProcessBuilder command =
        new ProcessBuilder(
            ProcessHandle.current().info().command().orElseThrow(),
            "src/local/java/dev/tollgate/local/CleanLocal.java",
            data.toString());
    // With it, Java says so on standard error.
    command.environment().remove("JAVA_TOOL_OPTIONS");
    Process process = command.start();
    String error = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Cleaned(process.waitFor(), error);
  }
}
