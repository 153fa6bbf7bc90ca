package dev.tollgate.local;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a local cloud is started with.
 *
 * @param template the SAM template that says which functions, routes and tables there are
 * @param functionZip the package that every function runs
 * @param functions where the package is unpacked
 * @param engineLibraries the class path of DynamoDB Local
 * @param data where everything is kept between runs
 * @param port of the API; 0 takes any
 * @param debuggedFunction the function whose processes a debugger can attach to
 * @param promptFiles the folder whose prompts go before those of the registry
 * @param shadowShare which share of the semantic cache's hits is compared, if not the usual one
 * @param functionSettings what every function finds in its environment, over the template's word
 */
public record LocalSettings(
    Path template,
    Path functionZip,
    Path functions,
    Path engineLibraries,
    Path data,
    int port,
    Optional<String> debuggedFunction,
    Optional<Path> promptFiles,
    Optional<String> shadowShare,
    ProviderSettings anthropic,
    ProviderSettings openAi,
    Map<String, String> functionSettings) {
  private static final Set<String> CLI_VARIABLES = Set.of("TOLLGATE_URL", "TOLLGATE_KEY");

  /** The system property that names the directory of the build to run, if not {@code target}. */
  private static final String BUILD = "tollgate.local.build";

  private static final int DEFAULT_PORT = 3000;
  private static final int MAX_PORT = 65535;

  /** The settings of a clone, with what the environment says. */
  public static LocalSettings of(Path clone, Path data, Map<String, String> environment) {
    Path build = clone.resolve(System.getProperty(BUILD, "target"));
    return new LocalSettings(
        clone.resolve("template.yaml"),
        build.resolve("function.zip"),
        build.resolve("functions"),
        clone.resolve("target/infra-local/dynamodb"),
        data,
        port(environment),
        findNonBlank(environment, "DEBUG"),
        findNonBlank(environment, "PROMPT_FILES").map(folder -> folder(clone.resolve(folder))),
        findNonBlank(environment, "SEMANTIC_SHADOW_SHARE"),
        ProviderSettings.of("ANTHROPIC", environment),
        ProviderSettings.of("OPENAI", environment),
        functionSettings(environment));
  }

  /** Tollgate's own variables, but those that tell its command where the installation is. */
  private static Map<String, String> functionSettings(Map<String, String> environment) {
    return environment.entrySet().stream()
        .filter(variable -> variable.getKey().startsWith("TOLLGATE_"))
        .filter(variable -> !CLI_VARIABLES.contains(variable.getKey()))
        .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  /** Whether any calls go to the simulated model. */
  boolean simulatesModels() {
    return !anthropic.isReal() || !openAi.isReal();
  }

  private static int port(Map<String, String> environment) {
    String port = environment.getOrDefault("PORT", Integer.toString(DEFAULT_PORT));
    try {
      int number = Integer.parseInt(port);
      if (number >= 0 && number <= MAX_PORT) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Told below, like a number out of range.
    }
    throw new IllegalArgumentException(
        "PORT must be a number from 0 (any free port) to " + MAX_PORT + ", not " + port);
  }

  private static Path folder(Path path) {
    if (!Files.isDirectory(path)) {
      throw new IllegalArgumentException(
          "PROMPT_FILES must name a folder of prompt files, not " + path);
    }
    return path.toAbsolutePath();
  }

  static Optional<String> findNonBlank(Map<String, String> environment, String name) {
    return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
  }
}
