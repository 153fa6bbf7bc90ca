package dev.tollgate.local.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The processes of one run of the local cloud, in a file of its own, so that its watchdog or the
 * next run can end what a crash leaves. One file a run: the watchdog of a killed run may still be
 * at work when the next one starts, and must never meet the next one's processes.
 */
final class ProcessList {
  private static final String OWNER = "owner ";
  private static final String SUFFIX = ".list";

  private final Path file;
  private final String ownerLine;
  private final Map<Long, ListedProcess> processes = new LinkedHashMap<>();

  private ProcessList(Path file, String ownerLine) {
    this.file = file;
    this.ownerLine = ownerLine;
  }

  /** Begins an empty list that belongs to this process. */
  static ProcessList createIn(Path folder) throws IOException {
    long pid = ProcessHandle.current().pid();
    String mark = ProcessIdentity.of(pid).map(ProcessIdentity::value).orElse("unknown");
    var list =
        new ProcessList(
            Files.createTempFile(folder, pid + "-", SUFFIX), OWNER + pid + " " + mark + " -");
    list.write();
    return list;
  }

  /** Returns the files of runs that are over without having removed theirs. */
  static List<Path> findAbandoned(Path folder) throws IOException {
    var abandoned = new ArrayList<Path>();
    try (var files = Files.newDirectoryStream(folder, "*" + SUFFIX)) {
      for (Path file : files) {
        if (!isOwnerAlive(file)) {
          abandoned.add(file);
        }
      }
    }
    return abandoned;
  }

  static List<ListedProcess> read(Path file) throws IOException {
    try {
      return Files.readAllLines(file).stream()
          .map(ListedProcess::parse)
          .flatMap(Optional::stream)
          .toList();
    } catch (NoSuchFileException _) {
      return List.of(); // its watchdog was faster
    }
  }

  private static boolean isOwnerAlive(Path file) throws IOException {
    try (var lines = Files.lines(file)) {
      return lines
          .findFirst()
          .filter(line -> line.startsWith(OWNER))
          .map(line -> line.split(" ", -1))
          .filter(parts -> parts.length == 4)
          .flatMap(
              parts ->
                  ProcessIdentity.of(Long.parseLong(parts[1]))
                      .filter(mark -> mark.value().equals(parts[2])))
          .isPresent();
    } catch (NoSuchFileException _) {
      return false;
    }
  }

  Path file() {
    return file;
  }

  synchronized void add(ListedProcess process) throws IOException {
    processes.put(process.pid(), process);
    write();
  }

  synchronized void remove(ListedProcess process) throws IOException {
    if (processes.remove(process.pid(), process)) {
      write();
    }
  }

  synchronized Optional<ListedProcess> find(long pid) {
    return Optional.ofNullable(processes.get(pid));
  }

  synchronized List<ListedProcess> all() {
    return List.copyOf(processes.values());
  }

  synchronized void delete() throws IOException {
    processes.clear();
    Files.deleteIfExists(file);
  }

  /** Replaces the file in one step, for its reader comes when this process was killed. */
  private void write() throws IOException {
    var lines = new ArrayList<String>();
    lines.add(ownerLine);
    processes.values().forEach(process -> lines.add(process.toLine()));
    Path next = file.resolveSibling(file.getFileName() + ".next");
    Files.write(next, lines);
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
