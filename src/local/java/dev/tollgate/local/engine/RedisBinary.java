package dev.tollgate.local.engine;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import redis.embedded.core.ExecutableProvider;
import redis.embedded.model.OsArchitecture;

/** Finds a Redis server to run: the machine's own, else the one that embedded-redis carries. */
final class RedisBinary {
  private static final List<String> NAMES = List.of("redis-server", "valkey-server");

  private RedisBinary() {}

  static Path find() throws IOException {
    Optional<Path> installed = onPath(Optional.ofNullable(System.getenv("PATH")).orElse(""));
    return installed.isPresent() ? installed.get() : embedded();
  }

  static Optional<Path> onPath(String path) {
    return NAMES.stream()
        .flatMap(
            name ->
                List.of(path.split(File.pathSeparator, -1)).stream()
                    .filter(folder -> !folder.isEmpty())
                    .map(folder -> Path.of(folder, name)))
        .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
        .findFirst();
  }

  /** Unpacks it ourselves, for the library makes a new folder in every run and leaves it there. */
  static Path embedded() throws IOException {
    String resource =
        ExecutableProvider.newProvidedVersionsMap().get(OsArchitecture.detectOSandArchitecture());
    if (resource == null) {
      throw new IOException("No Redis for this system is included: install redis-server on PATH");
    }
    String program = resource.substring(resource.lastIndexOf('/') + 1);
    return BinaryCache.ofUser()
        .folder(program, folder -> unpack(resource, folder.resolve("redis-server")))
        .resolve("redis-server");
  }

  private static void unpack(String resource, Path file) throws IOException {
    try (InputStream source = ExecutableProvider.class.getResourceAsStream(resource)) {
      if (source == null) {
        throw new IOException("embedded-redis lacks " + resource);
      }
      Files.copy(source, file);
    }
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
