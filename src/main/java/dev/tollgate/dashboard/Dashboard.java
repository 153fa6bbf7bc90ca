package dev.tollgate.dashboard;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * The dashboard as three files: document, script and style sheet. The sources are small ES modules.
 * They are bundled, since each request to a function may start an environment.
 */
public final class Dashboard {
  private static final String FOLDER = "/dashboard/";
  private static final String VERSION = "{version}";
  private static final int VERSION_LENGTH = 16;

  private final String version;
  private final String page;
  private final String script;
  private final String style;

  private Dashboard(String page, String script, String style) {
    this.version = hash(page + script + style);
    this.page = page.replace(VERSION, version);
    this.script = script;
    this.style = style;
  }

  /** Reads the dashboard from the package. */
  public static Dashboard load() {
    return new Dashboard(
        read("index.html"),
        new ModuleBundler(Dashboard::read).bundle("main.js"),
        read("vendor/uPlot.min.css") + "\n" + read("style.css"));
  }

  /**
   * Finds a file by its path below {@code /dashboard}, which is empty for the document. A request
   * for another version gets this version, which happens only during a deployment.
   */
  public Optional<Asset> find(List<String> path) {
    if (path.isEmpty()) {
      return Optional.of(new Asset("text/html; charset=utf-8", page, version, false));
    }
    if (path.size() != 2) {
      return Optional.empty();
    }
    boolean immutable = path.getFirst().equals(version);
    return switch (path.getLast()) {
      case "script.js" -> Optional.of(new Asset("text/javascript", script, version, immutable));
      case "style.css" -> Optional.of(new Asset("text/css", style, version, immutable));
      default -> Optional.empty();
    };
  }

  private static String read(String name) {
    try (InputStream file = Dashboard.class.getResourceAsStream(FOLDER + name)) {
      if (file == null) {
        throw new IllegalStateException(FOLDER + name + " is missing from the package");
      }
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + FOLDER + name, e);
    }
  }

  private static String hash(String text) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] bytes = digest.digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(bytes).substring(0, VERSION_LENGTH);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }
}
