package dev.tollgate;

import static java.util.Objects.requireNonNull;

import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;

/** The compiled classes of {@code src/main}, wherever the build that runs the tests puts them. */
public final class MainClasses {
  public static final Path FOLDER = folder();

  private MainClasses() {}

  private static Path folder() {
    String name = "application.properties";
    URL resource = requireNonNull(MainClasses.class.getResource("/" + name), name);
    try {
      return requireNonNull(Path.of(resource.toURI()).getParent(), name);
    } catch (URISyntaxException e) {
      throw new AssertionError("class paths are well-formed", e);
    }
  }
}
