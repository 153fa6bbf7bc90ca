package dev.tollgate.local.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ChildProcessesTest {
  private final Path folder;

  /** Runs without any local cloud having started it. */
  private final Process strayed = sleep().start();

  ChildProcessesTest(@TempDir Path folder) throws IOException {
    this.folder = folder;
  }

  @AfterEach
  void endStray() {
    strayed.destroyForcibly();
  }

  @Test
  void closeEndsWhatRuns() throws Exception {
    Process patient;
    Process stubborn;
    try (var children = ChildProcesses.under(folder)) {
      patient = children.start("patient", sleep());
      stubborn =
          children.start(
              "stubborn",
              new ProcessBuilder("sh", "-c", "trap '' TERM; echo up; while :; do sleep 1; done"));
      await(() -> Files.readString(children.log("stubborn")).contains("up"));
    }

    assertTrue(patient.waitFor(1, TimeUnit.SECONDS));
    assertTrue(stubborn.waitFor(1, TimeUnit.SECONDS));
    assertEquals(List.of(), lists());
  }

  @Test
  void closeIgnoresEndedProcesses() throws Exception {
    var children = ChildProcesses.under(folder);
    Process process = children.start("gone", sleep());
    process.destroyForcibly().waitFor();

    children.close();
    children.close();
  }

  @Test
  void closeEndsAdoptedProcesses() throws Exception {
    try (var children = ChildProcesses.under(folder)) {
      children.adopt("stray", strayed.toHandle());
    }

    assertTrue(strayed.waitFor(1, TimeUnit.SECONDS));
  }

  @Test
  void startsNothingAfterClose() throws Exception {
    var children = ChildProcesses.under(folder);
    children.close();

    assertThrows(IllegalStateException.class, () -> children.start("late", sleep()));
  }

  @Test
  void outputGoesToTheLogOfItsName() throws Exception {
    try (var children = ChildProcesses.under(folder)) {
      children.start("talker", new ProcessBuilder("sh", "-c", "echo out; echo err >&2")).waitFor();
      children.start("talker", new ProcessBuilder("sh", "-c", "echo again")).waitFor();
    }

    assertEquals("out\nerr\nagain\n", Files.readString(folder.resolve("logs/talker.log")));
  }

  @Test
  void startKeepsSpilledCallsAndDeletesOldLogs() throws Exception {
    for (String call : List.of("{\"spilled_call\":{\"user\":\"ü\"}}", "{\"spilled_call\":{}}")) {
      try (var children = ChildProcesses.under(folder)) {
        Files.write(children.log("invokeLlm-1"), List.of("INFO started", call));
      }
    }
    try (var children = ChildProcesses.under(folder)) {
      assertFalse(Files.exists(children.log("invokeLlm-1")));
    }

    assertEquals(
        List.of("{\"spilled_call\":{\"user\":\"ü\"}}", "{\"spilled_call\":{}}"),
        Files.readAllLines(folder.resolve("spilled-calls.jsonl")));
  }

  @Test
  void startEndsProcessesOfACrashedRun() throws Exception {
    abandon(ProcessIdentity.of(strayed.pid()).orElseThrow());

    ChildProcesses.under(folder).close();

    assertTrue(strayed.waitFor(1, TimeUnit.SECONDS));
    assertEquals(List.of(), lists());
  }

  @Test
  void startDoesNotKillAProcessWithAReusedPid() throws Exception {
    abandon(new ProcessIdentity("1@another-boot"));

    ChildProcesses.under(folder).close();

    assertTrue(strayed.isAlive());
    assertEquals(List.of(), lists());
  }

  @Test
  void startDoesNotKillProcessesOfALiveRun() throws Exception {
    try (var first = ChildProcesses.under(folder)) {
      Process process = first.start("first", sleep());

      ChildProcesses.under(folder).close();

      assertTrue(process.isAlive());
    }
  }

  @Test
  void endedProcessHasNoIdentity() throws Exception {
    strayed.destroyForcibly().waitFor();

    assertFalse(ProcessIdentity.of(strayed.pid()).isPresent());
  }

  private void abandon(ProcessIdentity mark) throws IOException {
    Files.createDirectories(folder.resolve("processes"));
    Files.write(
        folder.resolve("processes/1-crashed.list"),
        List.of(
            "owner 1 0@another-boot -",
            new ListedProcess(strayed.pid(), mark, TerminationSignal.TERM, "stray").toLine(),
            "cut sho"));
  }

  private List<String> lists() throws IOException {
    try (var files = Files.list(folder.resolve("processes"))) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  private static ProcessBuilder sleep() {
    return new ProcessBuilder("sleep", "600");
  }

  private interface Condition {
    boolean holds() throws Exception;
  }

  private static void await(Condition condition) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.holds()) {
      assertTrue(System.nanoTime() < deadline, "did not happen");
      Thread.sleep(10);
    }
  }
}
