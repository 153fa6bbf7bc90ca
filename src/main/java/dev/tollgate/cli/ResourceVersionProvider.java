package dev.tollgate.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine.IVersionProvider;

/** Reads the version that the build wrote into a resource. */
final class ResourceVersionProvider implements IVersionProvider {
  private static final String RESOURCE = "/cli/version.txt";

  @Override
  public String[] getVersion() {
    try (InputStream in = ResourceVersionProvider.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException("The class path has no " + RESOURCE);
      }
      String version = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return new String[] {"tollgate " + version.strip()};
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
