package dev.tollgate.local;

import dev.tollgate.local.lambda.FunctionPackage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** The last step of a build: makes the functions start faster on this machine. */
public final class Prepare {
  private Prepare() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path clone = Path.of("").toAbsolutePath();
    LocalSettings settings = LocalSettings.of(clone, clone.resolve(".local"), Map.of());
    FunctionPackage.unpack(settings.functionZip(), settings.functions()).train();
  }
}
