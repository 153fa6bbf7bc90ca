package dev.tollgate.local;

import dev.tollgate.local.lambda.FunctionPackage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * {@code make aot}: makes the AOT cache (JEP 514) of the built package, unless it is there, and
 * prints the command line that uses it. The cache is of use only to the JDK build that made it and
 * to these very jars, so that an image of a container makes its own.
 */
public final class AotCache {
  private static final int MEMORY_MEGABYTES = 512;

  private AotCache() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path clone = Path.of("").toAbsolutePath();
    LocalSettings settings = LocalSettings.of(clone, clone.resolve(".local"), Map.of());
    FunctionPackage code = FunctionPackage.unpack(settings.functionZip(), settings.functions());
    code.train();
    System.out.println(String.join(" ", code.command(MEMORY_MEGABYTES)));
  }
}
