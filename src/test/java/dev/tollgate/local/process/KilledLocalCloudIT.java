package dev.tollgate.local.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.local.engine.Engines;
import dev.tollgate.local.engine.PostgresServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

final class KilledLocalCloudIT {
  private static final Path LIBRARIES = Path.of("target/infra-local/dynamodb");
  private static final String SECRET = "sk-of-the-developer";

  private final Path folder;

  KilledLocalCloudIT(@TempDir Path folder) {
    this.folder = folder;
  }

  /** Holds engines until it is killed. */
  static final class Holder {
    private Holder() {}

    public static void main(String[] args) throws Exception {
      Path folder = Path.of(args[0]);
      var children = ChildProcesses.under(folder);
      var engines = Engines.start(children, LIBRARIES, folder);
      System.out.println("holding " + engines.redis().url());
      Thread.sleep(TimeUnit.MINUTES.toMillis(10));
    }
  }

  @Test
  void enginesEndWithTheLocalCloud() throws Exception {
    List<ListedProcess> engines = startAndKill(false);

    awaitEnd(engines);
  }

  @Test
  void nextStartEndsProcessesOfAKilledWatchdog() throws Exception {
    List<ListedProcess> engines = startAndKill(true);
    assertTrue(engines.stream().allMatch(ListedProcess::isAlive));

    try (var children = ChildProcesses.under(folder);
        var _ = PostgresServer.start(children, folder)) {
      awaitEnd(engines);
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void childrenDoNotInheritKeysOfTheShell() throws Exception {
    Process holder = start();
    List<ListedProcess> engines = List.of();
    try (var output = holder.inputReader(StandardCharsets.UTF_8)) {
      assertNotNull(output.readLine(), "the holder ended early");
      engines = listed();
      List<ProcessHandle> children = holder.descendants().toList();
      assertTrue(children.size() > engines.size(), "the engines, and the watchdog");
      for (ProcessHandle child : children) {
        environment(child)
            .ifPresent(
                text -> assertFalse(text.contains(SECRET), () -> child.info() + " has " + text));
      }
    } finally {
      holder.destroyForcibly().waitFor();
      // The watchdog needs its list, which goes with the test's folder.
      awaitEnd(engines);
    }
  }

  /** Nothing if the process has ended: PostgreSQL's come and go. */
  private static Optional<String> environment(ProcessHandle child) throws IOException {
    Path variables = Path.of("/proc", Long.toString(child.pid()), "environ");
    try {
      return Optional.of(Files.readString(variables, StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      if (child.isAlive()) {
        throw e;
      }
      return Optional.empty();
    }
  }

  private Process start() throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-cp",
                System.getProperty("java.class.path"),
                Holder.class.getName(),
                folder.toString())
            .redirectError(Redirect.INHERIT);
    builder.environment().put("ANTHROPIC_API_KEY", SECRET);
    return builder.start();
  }

  private List<ListedProcess> startAndKill(boolean watchdogToo) throws Exception {
    Process holder = start();
    try (var output =
        new BufferedReader(
            new InputStreamReader(holder.getInputStream(), StandardCharsets.UTF_8))) {
      assertNotNull(output.readLine(), "the holder ended early");
      List<ListedProcess> engines = listed();
      assertEquals(
          List.of("dynamodb", "postgres", "redis"),
          engines.stream().map(ListedProcess::name).sorted().collect(Collectors.toList()));
      if (watchdogToo) {
        List<Long> ours = engines.stream().map(ListedProcess::pid).toList();
        holder
            .children()
            .filter(child -> !ours.contains(child.pid()))
            .forEach(ProcessHandle::destroyForcibly);
      }
      return engines;
    } finally {
      holder.destroyForcibly().waitFor();
    }
  }

  private List<ListedProcess> listed() throws Exception {
    try (var files = Files.newDirectoryStream(folder.resolve("processes"), "*.list")) {
      return ProcessList.read(files.iterator().next());
    }
  }

  private static void awaitEnd(List<ListedProcess> processes) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (processes.stream().anyMatch(ListedProcess::isAlive)) {
      assertTrue(System.nanoTime() < deadline, () -> "still alive among " + processes);
      Thread.sleep(20);
    }
  }
}
