package dev.tollgate.local.engine;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Unpacked programs, shared by all clones and tests of a user so that each is unpacked once a
 * machine, in the folder for temporary files. Runs may start at the same time: each unpacks into a
 * temporary folder and moves it into place. A list of all files tells whether someone, such as a
 * cleaner of temporary files, took some away.
 */
final class BinaryCache {
  private static final String CONTENTS = "CONTENTS";

  /** Others may read: PostgreSQL must reach its own programs when it runs as nobody. */
  private static final Set<PosixFilePermission> READABLE =
      PosixFilePermissions.fromString("rwxr-xr-x");

  private final Path root;

  private BinaryCache(Path root) {
    this.root = root;
  }

  /** Puts a program's files into an empty folder. */
  @FunctionalInterface
  interface Unpacker {
    void unpackInto(Path folder) throws IOException;
  }

  static BinaryCache ofUser() throws IOException {
    Path root =
        Path.of(System.getProperty("java.io.tmpdir"))
            .toAbsolutePath()
            .resolve("tollgate-" + System.getProperty("user.name").replaceAll("\\W", "_"));
    try {
      Files.createDirectory(root, PosixFilePermissions.asFileAttribute(READABLE));
    } catch (FileSystemException e) {
      if (!Files.isDirectory(root)) {
        throw e;
      }
    }
    requireOwnFolder(root);
    return new BinaryCache(root);
  }

  /** Returns the folder that holds the program, unpacked now if need be. */
  Path folder(String program, Unpacker unpacking) throws IOException {
    Path folder = root.resolve(program);
    if (isComplete(folder)) {
      return folder;
    }
    Path fresh = Files.createTempDirectory(root, program + "-");
    try {
      Files.setPosixFilePermissions(fresh, READABLE);
      unpacking.unpackInto(fresh);
      Files.write(fresh.resolve(CONTENTS), contents(fresh));
      return publish(fresh, folder);
    } finally {
      FileTree.delete(fresh);
    }
  }

  private Path publish(Path fresh, Path folder) throws IOException {
    if (isComplete(folder)) {
      return folder; // another run was faster
    }
    if (Files.exists(folder)) {
      Path damaged = Files.createTempDirectory(root, "damaged-");
      Files.move(folder, damaged, StandardCopyOption.ATOMIC_MOVE);
      FileTree.delete(damaged);
    }
    try {
      Files.move(fresh, folder, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileSystemException e) {
      if (!isComplete(folder)) {
        throw e;
      }
    }
    return folder;
  }

  private static boolean isComplete(Path folder) throws IOException {
    Path list = folder.resolve(CONTENTS);
    return Files.exists(list) && Files.readAllLines(list).equals(contents(folder));
  }

  private static List<String> contents(Path folder) throws IOException {
    var lines = new ArrayList<String>();
    try (var files = Files.walk(folder)) {
      for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
        if (!file.getFileName().toString().equals(CONTENTS)) {
          lines.add(Files.size(file) + " " + folder.relativize(file));
        }
      }
    }
    lines.sort(null);
    return lines;
  }

  /** Another user could have put programs of his own there for us to run. */
  private static void requireOwnFolder(Path root) throws IOException {
    Path probe = Files.createTempFile(root, "owner-", "");
    try {
      if (!Files.getOwner(probe).equals(Files.getOwner(root))) {
        throw new IOException(
            root + " belongs to somebody else: remove it, or set -Djava.io.tmpdir");
      }
    } finally {
      Files.delete(probe);
    }
  }
}
