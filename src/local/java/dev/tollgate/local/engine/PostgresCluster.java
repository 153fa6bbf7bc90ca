package dev.tollgate.local.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** PostgreSQL's data folder, and what its {@code postmaster.pid} tells of the server in it. */
record PostgresCluster(Path folder) {
  private static final int PID_LINE = 0;
  private static final int PORT_LINE = 3;
  private static final int STATUS_LINE = 7;

  boolean exists() {
    return Files.exists(folder.resolve("PG_VERSION"));
  }

  /** Returns whether that process has its port and takes connections. */
  boolean isServedBy(long pid, int port) throws IOException {
    List<String> lines = status();
    return lines.size() > STATUS_LINE
        && lines.get(PID_LINE).strip().equals(Long.toString(pid))
        && lines.get(PORT_LINE).strip().equals(Integer.toString(port))
        && lines.get(STATUS_LINE).strip().equals("ready");
  }

  /**
   * Removes what a killed server left. PostgreSQL would do so itself, but not when the number is in
   * use again, by whatever process. No second server can slip in: the data folder is locked, and
   * PostgreSQL still refuses while a process of the dead one holds its shared memory.
   */
  void deleteStalePidFile() {
    try {
      Files.deleteIfExists(pidFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<String> status() throws IOException {
    try {
      return Files.readAllLines(pidFile());
    } catch (NoSuchFileException _) {
      return List.of();
    }
  }

  private Path pidFile() {
    return folder.resolve("postmaster.pid");
  }
}
