package dev.tollgate.local;

import dev.tollgate.local.process.ChildProcesses;
import dev.tollgate.local.process.DataFolderLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * {@code make clean-local}: deletes the data folder unless a local cloud uses it. Started from its
 * source, for it must work without a build and must not cause one: what runs, runs from target.
 * Hence it needs nothing but the JDK.
 */
public final class CleanLocal {
  private CleanLocal() {}

  public static void main(String[] arguments) {
    Path data = Path.of(arguments.length > 0 ? arguments[0] : ".local").toAbsolutePath();
    if (!Files.exists(data)) {
      return;
    }
    try (DataFolderLock lock = DataFolderLock.acquire(data)) {
      // A killed run's engines may still be about to end.
      ChildProcesses.under(data).close();
      deleteAllExcept(lock.file(), data);
    } catch (IOException e) {
      System.err.println("Not cleaned: " + e.getMessage());
      System.exit(1);
    }
  }

  private static void deleteAllExcept(Path kept, Path folder) throws IOException {
    List<Path> all;
    try (var files = Files.walk(folder)) {
      all = files.toList().reversed();
    }
    for (Path file : all) {
      if (!file.equals(kept) && !file.equals(folder)) {
        Files.deleteIfExists(file);
      }
    }
  }
}
