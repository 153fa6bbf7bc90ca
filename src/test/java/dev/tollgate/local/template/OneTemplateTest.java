package dev.tollgate.local.template;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The local cloud runs what the template says, and says nothing of it again. */
final class OneTemplateTest {
  private static final Path LOCAL = Path.of("src/local/java/dev/tollgate/local");

  /** What emulates AWS; the rest uses the product as anybody does. */
  private static final List<String> EMULATOR =
      List.of("gateway", "lambda", "schedule", "stream", "template", "LocalCloud.java");

  /** Trains the JVM's cache with any function. */
  private static final String TRAINING = "AotTraining.java";

  /** What only a developer's machine has: secrets that no vault keeps, and prompts in files. */
  private static final Set<String> OF_THIS_MACHINE =
      Set.of("TOLLGATE_CACHE_KEY", "TOLLGATE_PROMPT_FILES");

  private static final Pattern NAME =
      Pattern.compile(
          "\"(/v1|/admin|/dashboard)\\b|CallsTable|PromptsTable|cron\\([0-9]|"
              + "(?i:\"(invokeLlm|promptAdmin|costReport|nightlyRegression|costLedger)\")");
  private static final Pattern VARIABLE = Pattern.compile("\"((TOLLGATE|QUARKUS)_[A-Z_]+)\"");

  @Test
  void emulatorHardCodesNoTemplateNames() throws IOException {
    Set<String> named = new TreeSet<>();
    for (Path source : emulator()) {
      if (!source.endsWith(TRAINING)) {
        NAME.matcher(Files.readString(source))
            .results()
            .map(MatchResult::group)
            .forEach(name -> named.add(source.getFileName() + ": " + name));
      }
    }

    assertEquals(Set.of(), named);
  }

  @Test
  void emulatorSetsOnlyTemplateVariables() throws IOException {
    String template = Files.readString(Path.of("template.yaml"));
    Set<String> unknown = new TreeSet<>();
    for (Path source : emulator()) {
      VARIABLE
          .matcher(Files.readString(source))
          .results()
          .map(found -> found.group(1))
          .filter(name -> !template.contains(name + ":"))
          .forEach(unknown::add);
    }

    assertEquals(OF_THIS_MACHINE, unknown);
  }

  @Test
  void nestedStacksHaveTheOutputsThatTheRootUses() throws IOException {
    JsonNode root = TemplateYaml.read(Path.of("template.yaml"));
    Set<String> missing = new TreeSet<>();
    Pattern.compile("\"(\\w+)\\.Outputs\\.(\\w+)\"")
        .matcher(root.toString())
        .results()
        .forEach(
            wanted -> {
              JsonNode url =
                  root.path("Resources").path(wanted.group(1)).at("/Properties/TemplateURL");
              if (!outputs(Path.of(url.asText())).has(wanted.group(2))) {
                missing.add(wanted.group());
              }
            });

    assertEquals(Set.of(), missing);
  }

  private static JsonNode outputs(Path template) {
    try {
      return TemplateYaml.read(template).path("Outputs");
    } catch (IOException e) {
      throw new AssertionError(template + " is not a template", e);
    }
  }

  private static List<Path> emulator() throws IOException {
    try (Stream<Path> sources = Files.walk(LOCAL)) {
      return sources
          .filter(source -> source.toString().endsWith(".java"))
          .filter(source -> EMULATOR.contains(LOCAL.relativize(source).getName(0).toString()))
          .toList();
    }
  }
}
