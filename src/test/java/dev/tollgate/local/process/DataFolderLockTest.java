package dev.tollgate.local.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DataFolderLockTest {
  private final Path folder;

  DataFolderLockTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void secondCallerLearnsTheLockHolder() throws Exception {
    try (var _ = DataFolderLock.acquire(folder)) {
      var refused = assertThrows(IOException.class, () -> DataFolderLock.acquire(folder));

      assertEquals(
          "Another local cloud (pid %d) uses %s: stop it, or run this one in another clone"
              .formatted(ProcessHandle.current().pid(), folder),
          refused.getMessage());
    }
  }

  @Test
  void releasedLockCanBeAcquired() throws Exception {
    DataFolderLock.acquire(folder).close();
    DataFolderLock.acquire(folder).close();
  }

  @Test
  void createsAMissingFolder() throws Exception {
    DataFolderLock.acquire(folder.resolve("new/one")).close();
  }
}
