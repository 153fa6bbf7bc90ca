package dev.tollgate.local.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Starts child processes that never outlive the local cloud, and ends those that an earlier,
 * crashed run left. {@link #close()} ends them in an orderly stop, a {@link Watchdog} when this
 * process is killed, and {@link #under} what remains when the watchdog was killed too. A process is
 * only ever ended when its number and its start time are those that were noted.
 */
public final class ChildProcesses implements AutoCloseable {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");

  /** How {@code dev.tollgate.cost.CallSpill} marks its lines. */
  private static final String SPILLED_CALL_MARKER = "\"spilled_call\"";

  private final Path logs;
  private final ProcessList list;
  private final Watchdog watchdog;
  private volatile boolean shuttingDown;
  private boolean closed;

  private ChildProcesses(Path logs, ProcessList list, Watchdog watchdog) {
    this.logs = logs;
    this.list = list;
    this.watchdog = watchdog;
  }

  /**
   * Ends the leftover processes listed under {@code folder}, then lists new ones there. Logs start
   * empty, so that they are about this run. Call records that a function could only write to its
   * log stay in {@code folder/spilled-calls.jsonl}.
   */
  public static ChildProcesses under(Path folder) throws IOException {
    Path logs = Files.createDirectories(folder.resolve("logs")).toAbsolutePath();
    Path lists = Files.createDirectories(folder.resolve("processes")).toAbsolutePath();
    for (Path abandoned : ProcessList.findAbandoned(lists)) {
      ProcessTerminator.terminate(ProcessList.read(abandoned));
      Files.deleteIfExists(abandoned);
    }
    try (var old = Files.newDirectoryStream(logs, "*.log")) {
      for (Path log : old) {
        keepSpilledCalls(log, folder.resolve("spilled-calls.jsonl"));
        Files.delete(log);
      }
    }
    ProcessList list = ProcessList.createIn(lists);
    return new ChildProcesses(logs, list, Watchdog.start(list.file()));
  }

  /**
   * The names of the processes that a local cloud, itself a process, has started under a folder.
   */
  public static Map<Long, String> listProcesses(Path folder, long owner) throws IOException {
    Map<Long, String> names = new TreeMap<>();
    try (var lists = Files.newDirectoryStream(folder.resolve("processes"), owner + "-*")) {
      for (Path list : lists) {
        ProcessList.read(list).forEach(process -> names.put(process.pid(), process.name()));
      }
    }
    return names;
  }

  /** A crash before the log is deleted keeps its records twice, which their ids tell. */
  private static void keepSpilledCalls(Path log, Path kept) throws IOException {
    // Byte by byte what was written, whatever a process may have put into its log.
    try (var lines = Files.lines(log, StandardCharsets.ISO_8859_1)) {
      List<String> spilled = lines.filter(line -> line.contains(SPILLED_CALL_MARKER)).toList();
      if (!spilled.isEmpty()) {
        Files.write(
            kept,
            spilled,
            StandardCharsets.ISO_8859_1,
            StandardOpenOption.CREATE,
            StandardOpenOption.APPEND);
      }
    }
  }

  /** Where the output of the processes of that name goes. */
  public Path log(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("Invalid process name: " + name);
    }
    return logs.resolve(name + ".log");
  }

  /** As the other one, for a process that ends well on SIGTERM. */
  public Process start(String name, ProcessBuilder builder) throws IOException {
    return start(name, builder, TerminationSignal.TERM);
  }

  /**
   * Starts and remembers a process; its output is added to {@code folder/logs/NAME.log} unless the
   * builder redirects it.
   */
  public synchronized Process start(String name, ProcessBuilder builder, TerminationSignal signal)
      throws IOException {
    Path log = log(name);
    checkOpen(name);
    if (builder.redirectOutput().equals(Redirect.PIPE)) {
      builder.redirectOutput(Redirect.appendTo(log.toFile()));
      if (builder.redirectError().equals(Redirect.PIPE)) {
        builder.redirectErrorStream(true);
      }
    }
    Process process = builder.start();
    try {
      track(name, process.toHandle(), signal);
    } catch (IOException e) {
      process.destroyForcibly();
      throw e;
    }
    return process;
  }

  /** Remembers a process that somebody else started. */
  public synchronized void adopt(String name, ProcessHandle process) throws IOException {
    log(name);
    checkOpen(name);
    track(name, process, TerminationSignal.TERM);
  }

  /** Ends one of them, gently first; does nothing if it is gone. */
  public void terminate(Process process) {
    list.find(process.pid())
        .ifPresent(
            listed -> {
              ProcessTerminator.terminate(List.of(listed));
              untrack(listed);
            });
  }

  /**
   * Ends all still running, gently first, by force after a grace time; each by its own id. Says
   * nothing of those that are gone: a terminal's Ctrl-C reaches them as well as us.
   */
  @Override
  public void close() {
    beginShutdown();
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
    }
    ProcessTerminator.terminate(list.all().reversed());
    try {
      list.delete();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      watchdog.close();
    }
  }

  /** Says that children may end from now on without that being news. */
  public void beginShutdown() {
    shuttingDown = true;
  }

  public boolean isShuttingDown() {
    return shuttingDown;
  }

  private void checkOpen(String name) {
    if (closed) {
      throw new IllegalStateException("The local cloud is stopping: " + name + " is not started");
    }
  }

  private void track(String name, ProcessHandle process, TerminationSignal signal)
      throws IOException {
    var mark = ProcessIdentity.of(process.pid());
    if (mark.isPresent()) { // otherwise it ended at once
      var listed = new ListedProcess(process.pid(), mark.get(), signal, name);
      list.add(listed);
      var _ = process.onExit().thenRun(() -> untrack(listed));
    }
  }

  private synchronized void untrack(ListedProcess listed) {
    try {
      if (!closed) {
        list.remove(listed);
      }
    } catch (IOException _) {
      // Harmless: its start time will not match when the list is read.
    }
  }
}
