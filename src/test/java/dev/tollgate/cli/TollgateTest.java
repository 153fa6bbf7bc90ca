package dev.tollgate.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xml.sax.InputSource;

/** The command without a server. */
final class TollgateTest {
  private static final Map<String, String> UNREACHABLE =
      Map.of("TOLLGATE_URL", "http://127.0.0.1:1", "TOLLGATE_KEY", "key");

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Path folder;

  TollgateTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "prompts status",
        "prompts diff",
        "prompts show",
        "prompts history",
        "prompts events",
        "prompts pull",
        "prompts push",
        "prompts activate",
        "prompts rollback",
        "prompts label",
        "prompts freeze",
        "prompts unfreeze",
        "prompts gate",
        "keys create",
        "keys list",
        "keys revoke",
        "keys rotate",
        "keys events",
        "keys bootstrap"
      })
  void printsHelpWithExitCodes(String command) {
    assertEquals(0, run(Map.of(), (command + " --help").split(" ", -1)));
    assertTrue(out().contains("Usage: tollgate " + command), out());
    assertTrue(out().contains("Exit codes:"), out());
    assertTrue(out().contains("--json"), out());
    assertEquals("", err());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "prompts",
        "prompts status --unknown",
        "prompts activate rag three",
        "prompts activate rag",
        "prompts freeze rag 3",
        "prompts label rag staging",
        "prompts label rag staging 3 --delete",
        "prompts status --allow everything",
        "prompts push --force",
        "keys create --team payments",
        "keys rotate id --overlap soon"
      })
  void exitsWithOneOnAUsageError(String command) {
    assertEquals(1, run(UNREACHABLE, command.isEmpty() ? new String[0] : command.split(" ", -1)));
    assertEquals("", out());
    assertTrue(err().startsWith("tollgate: "), err());
  }

  @Test
  void rejectsAnInvalidAmount() {
    assertEquals(1, run(UNREACHABLE, "budgets", "set", "team/local", "--hard", "abc"));
    assertTrue(
        err().startsWith("tollgate: Invalid value for option '--hard': 'abc' is not an amount"),
        err());
  }

  @Test
  void printsTheVersionOfTheBuild() throws Exception {
    assertEquals(0, run(Map.of(), "--version"));
    assertEquals("tollgate " + projectVersion() + "\n", out());
  }

  private static String projectVersion() throws Exception {
    try (InputStream pom = Files.newInputStream(Path.of("pom.xml"))) {
      return XPathFactory.newInstance()
          .newXPath()
          .evaluate("/*/*[local-name()='version']", new InputSource(pom));
    }
  }

  @Test
  void namesAMissingVariable() {
    assertEquals(1, run(Map.of("TOLLGATE_KEY", "key"), "prompts", "history", "rag"));
    assertEquals("tollgate: TOLLGATE_URL is not set. Set it, or use --url.\n", err());

    err.reset();
    assertEquals(1, run(Map.of("TOLLGATE_URL", "http://x"), "prompts", "history", "rag"));
    assertEquals("tollgate: TOLLGATE_KEY is not set. Set it, or use --key.\n", err());
  }

  @Test
  void rejectsAnInvalidUrl() {
    Map<String, String> wrong = Map.of("TOLLGATE_URL", "localhost:3000", "TOLLGATE_KEY", "key");
    assertEquals(1, run(wrong, "keys", "list"));
    assertEquals(
        "tollgate: Invalid TOLLGATE_URL 'localhost:3000'. It must begin with http:// or"
            + " https://.\n",
        err());

    err.reset();
    assertEquals(1, run(Map.of("LAMBDA_URL", "localhost:9001"), "keys", "bootstrap"));
    assertEquals(
        "tollgate: Invalid LAMBDA_URL 'localhost:9001'. It must begin with http:// or https://.\n",
        err());
  }

  @Test
  void namesAnUnreachableServer() {
    assertEquals(1, run(UNREACHABLE, "keys", "list"));
    assertTrue(err().startsWith("tollgate: Cannot reach http://127.0.0.1:1"), err());
    assertTrue(err().contains("Is it running? Check TOLLGATE_URL."), err());
    assertFalse(err().contains("Exception"), err());
  }

  @Test
  void namesAnUnreachableLocalCloud() {
    assertEquals(1, run(Map.of("LAMBDA_URL", "http://127.0.0.1:1"), "keys", "bootstrap"));
    assertTrue(err().startsWith("tollgate: Cannot reach http://127.0.0.1:1/"), err());
    assertTrue(err().contains("Is it running? Check LAMBDA_URL."), err());
  }

  @Test
  void optionsOverrideTheEnvironment() {
    assertEquals(1, run(UNREACHABLE, "keys", "list", "--url", "http://127.0.0.2:1/"));
    assertTrue(err().contains("Cannot reach http://127.0.0.2:1"), err());
  }

  @Test
  void namesAMissingFolderAndItsOption() {
    assertEquals(1, run(UNREACHABLE, "prompts", "status"));
    assertTrue(err().contains(folder.resolve("prompts").toString()), err());
    assertTrue(err().contains("--dir"), err());
  }

  @Test
  void namesAnInvalidFile() throws IOException {
    Files.writeString(folder.resolve("rag.yaml"), "no front matter");
    assertEquals(1, run(UNREACHABLE, "prompts", "push", "--dir", ".", "rag"));
    assertTrue(err().contains("rag.yaml: must begin with a line ---"), err());
  }

  private int run(Map<String, String> environment, String... arguments) {
    return Tollgate.run(arguments, environment, print(out), print(err), folder);
  }

  private static PrintStream print(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }
}
