package dev.tollgate.endtoend;

import dev.tollgate.local.LocalCloud;
import dev.tollgate.local.LocalSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Local clouds for tests, on free ports. */
final class Clouds {
  private Clouds() {}

  /** Starts one with an empty data folder whose name begins so. */
  static LocalCloud start(String name) throws IOException, InterruptedException {
    Path data = Files.createTempDirectory(Files.createDirectories(Path.of("target/it")), name);
    return LocalCloud.start(
        LocalSettings.of(Path.of("").toAbsolutePath(), data.toAbsolutePath(), Map.of("PORT", "0")));
  }
}
