package dev.tollgate.local.process;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Keeps a data folder for one local cloud at a time. The operating system frees it with the
 * process, so a crash never locks anyone out.
 */
public final class DataFolderLock implements AutoCloseable {
  private final Path file;
  private final FileChannel channel;
  private final Path pidFile;

  private DataFolderLock(Path file, FileChannel channel, Path pidFile) {
    this.file = file;
    this.channel = channel;
    this.pidFile = pidFile;
  }

  /** Takes the folder, or says who has it. */
  public static DataFolderLock acquire(Path folder) throws IOException {
    Files.createDirectories(folder);
    // Apart from the lock file, because some systems do not let others read a locked file.
    Path pidFile = folder.resolve("lock.pid");
    Path file = folder.resolve("lock");
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (!lock(channel)) {
        throw new IOException(
            "Another local cloud (%s) uses %s: stop it, or run this one in another clone"
                .formatted(owner(pidFile), folder));
      }
      Files.writeString(pidFile, ProcessHandle.current().pid() + "\n");
      return new DataFolderLock(file, channel, pidFile);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static boolean lock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException _) {
      return false; // this very process has it
    }
  }

  private static String owner(Path pidFile) {
    try {
      return "pid " + Files.readString(pidFile).strip();
    } catch (IOException _) {
      return "just starting";
    }
  }

  /** The locked file. It must stay for good: deleting it would race with the next taker. */
  public Path file() {
    return file;
  }

  /** Gives the folder back. */
  @Override
  public void close() throws IOException {
    try (channel) {
      Files.deleteIfExists(pidFile);
    }
  }
}
