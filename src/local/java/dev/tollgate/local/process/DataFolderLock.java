package dev.tollgate.local.process;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a data folder for one local cloud at a time. The operating system frees it with the
 * process, so a crash never locks anyone out.
 */
public final class DataFolderLock implements AutoCloseable {
  private final FileChannel channel;
  private final Path pidFile;

  private DataFolderLock(FileChannel channel, Path pidFile) {
    this.channel = channel;
    this.pidFile = pidFile;
  }

  /** Takes the folder, or says who has it. */
  public static DataFolderLock take(Path folder) throws IOException {
    Files.createDirectories(folder);
    // Apart from the lock file, because some systems let nobody else read a locked one.
    Path pidFile = folder.resolve("lock.pid");
    FileChannel channel =
        FileChannel.open(
            folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (tryLock(channel) == null) {
        throw new IOException(
            "Another local cloud (%s) uses %s: stop it, or run this one in another clone"
                .formatted(owner(pidFile), folder));
      }
      Files.writeString(pidFile, ProcessHandle.current().pid() + "\n");
      return new DataFolderLock(channel, pidFile);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException _) {
      return null; // this very process has it
    }
  }

  private static String owner(Path pidFile) {
    try {
      return "pid " + Files.readString(pidFile).strip();
    } catch (IOException _) {
      return "just starting";
    }
  }

  /** Gives the folder back. The lock file stays: deleting it would race with the next taker. */
  @Override
  public void close() throws IOException {
    try (channel) {
      Files.deleteIfExists(pidFile);
    }
  }
}
