package dev.tollgate.local.browser;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The machine's own Chromium without a window, driven by Playwright, whose driver {@code make test}
 * puts below {@code target/infra-browser}.
 */
public final class Chromium implements AutoCloseable {
  private static final Path FOLDER = Path.of("target/infra-browser").toAbsolutePath();

  private final Playwright playwright;
  private final Browser browser;

  private Chromium(Playwright playwright, Browser browser) {
    this.playwright = playwright;
    this.browser = browser;
  }

  public static Chromium start() throws IOException {
    Path executable = FOLDER.resolve("chromium");
    if (!Files.exists(executable)) {
      throw new IOException("No browser is prepared: run make target/infra-browser/chromium");
    }
    System.setProperty("playwright.cli.dir", driver().toString());
    Playwright playwright =
        Playwright.create(
            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    try {
      return new Chromium(
          playwright,
          playwright
              .chromium()
              .launch(
                  new BrowserType.LaunchOptions()
                      .setExecutablePath(Path.of(Files.readString(executable).strip()))
                      .setArgs(arguments())));
    } catch (RuntimeException e) {
      playwright.close();
      throw e;
    }
  }

  private static Path driver() throws IOException {
    try (Stream<Path> systems = Files.list(FOLDER.resolve("driver"))) {
      Path driver =
          systems.findFirst().orElseThrow(() -> new IOException("no driver below " + FOLDER));
      Path node = driver.resolve("node");
      if (!Files.isExecutable(node) && !node.toFile().setExecutable(true)) {
        throw new IOException(node + " cannot be made executable");
      }
      return driver;
    }
  }

  private static List<String> arguments() {
    List<String> arguments =
        new ArrayList<>(List.of("--disable-background-networking", "--disable-component-update"));
    if (System.getProperty("user.name").equals("root")) {
      arguments.add("--no-sandbox"); // Chromium's sandbox refuses to start as root.
    }
    return arguments;
  }

  public Browser browser() {
    return browser;
  }

  @Override
  public void close() {
    browser.close();
    playwright.close();
  }
}
