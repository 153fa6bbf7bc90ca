package dev.tollgate;

import static java.util.stream.Collectors.toCollection;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.cli.Tollgate;
import dev.tollgate.cli.client.CliEnvironment;
import dev.tollgate.local.Routes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Holds the names that callers, operators and stored data rely on. Each file in {@code contracts}
 * lists the names of one kind; a list of several kinds begins each line with the kind.
 *
 * <p>The test reads the strings of the compiled classes, so classes may move and change their
 * names. Where names have a shape of their own, the list must be complete. A plain word must only
 * occur somewhere: other code may use the same word.
 */
final class ContractsTest {
  private static final Path LISTS = Path.of("src/test/resources/contracts");
  private static final Path MIGRATIONS = Path.of("src/main/resources/db/migration");

  /** What AWS calls things, in the shape of a metric's name. */
  private static final Set<String> NAMES_OF_AWS =
      Set.of(
          "CloudWatchMetrics",
          "ConditionalCheckFailed",
          "NewImage",
          "ProvisionedThroughputExceeded",
          "RequestResponse",
          "ThrottlingError",
          "TransactionConflict",
          "ValidationException");

  private static final Pattern SQL_NAMES =
      Pattern.compile(
          "(?:CREATE|ALTER) TABLE (?<table>\\w+)"
              + "|CREATE ROLE (?<role>\\w+)"
              + "|VIEW (?<view>\\w+) AS\\s+SELECT\\s(?<columns>(?s:.*?))\\nFROM"
              + "|^\\s+(?:ADD COLUMN )?(?<column>\\w+)\\s+"
              + "(?:text|bigint|integer|numeric|boolean|date|timestamptz|uuid)\\b",
          Pattern.MULTILINE);

  private static StringConstants constants;
  private static String template;

  @BeforeAll
  static void read() throws IOException {
    constants = StringConstants.in(MainClasses.FOLDER.resolve("dev/tollgate"));
    template = Files.readString(Path.of("template.yaml"));
  }

  @Test
  void listsAreSorted() throws IOException {
    try (Stream<Path> files = Files.list(LISTS)) {
      for (Path file : files.toList()) {
        List<String> lines = Files.readAllLines(file);
        assertEquals(List.copyOf(new TreeSet<>(lines)), lines, file.toString());
      }
    }
  }

  @Test
  void jsonFields() throws IOException {
    Set<String> found = new HashSet<>(constants.strings());
    // The parts of a cost report are named by an enumeration.
    constants.strings().forEach(string -> found.add(string.toLowerCase(Locale.ROOT)));
    requirePresent("json-fields.txt", list("json-fields.txt"), found);
  }

  @Test
  void jsonValues() throws IOException {
    requirePresent("json-values.txt", list("json-values.txt"), constants.strings());
  }

  /** Constants that JSON, tables and the ledger name in lower case. */
  @Test
  void enumerations() throws IOException {
    requirePresent("enumerations.txt", list("enumerations.txt"), constants.enumerations());
  }

  @Test
  void queryParameters() throws IOException {
    requirePresent("query-parameters.txt", list("query-parameters.txt"), constants.strings());
  }

  @Test
  void errorCodes() throws IOException {
    Set<String> found = matches("\"(?:code|type)\":\"(\\w+)\"", template);
    found.addAll(constants.strings());
    requirePresent("error-codes.txt", list("error-codes.txt", "code"), found);
    requirePresent("error-codes.txt", list("error-codes.txt", "type"), found);
  }

  /** A string with an underscore is a name of some kind. */
  @Test
  void namesWithAnUnderscore() throws IOException {
    Set<String> listed = new HashSet<>();
    listed.addAll(list("json-fields.txt"));
    listed.addAll(list("json-values.txt"));
    listed.addAll(list("query-parameters.txt"));
    listed.addAll(list("error-codes.txt", "code"));
    listed.addAll(list("error-codes.txt", "type"));
    listed.addAll(list("table-keys.txt", "prompts"));
    listed.addAll(list("table-keys.txt", "calls"));
    list("table-keys.txt", "sql").forEach(name -> listed.addAll(List.of(name.split("\\."))));
    requireNoOthers(
        "<the list of its kind>.txt", listed, constants.like("[a-z][a-z0-9]*(_[a-z0-9]+)+"));
  }

  /** The actions of nightlyRegression are in a switch. They must occur as strings. */
  @Test
  void routesAndActions() throws IOException {
    Set<String> found = new TreeSet<>();
    for (Routes.Tables tables : Routes.all()) {
      tables.routes().routes().forEach(it -> found.add(it.method() + " " + it.pattern()));
      tables
          .actions()
          .names()
          .forEach(it -> found.add("INVOKE " + tables.actions().function() + " " + it));
    }
    for (String action : list("routes.txt", "INVOKE nightlyRegression")) {
      if (constants.strings().contains(action)) {
        found.add("INVOKE nightlyRegression " + action);
      }
    }
    requireSame("routes.txt", list("routes.txt"), found);
  }

  @Test
  void environment() throws IOException {
    String properties = Files.readString(Path.of("src/main/resources/application.properties"));
    Set<String> variables = constants.like("(TOLLGATE|LAMBDA)_[A-Z_]+");
    variables.addAll(matches("\\$\\{([A-Z_]+):", properties));
    variables.addAll(matches("\\s((?:TOLLGATE|QUARKUS|ANTHROPIC|OPENAI|DISABLE)_\\w+):", template));
    requireSame("environment.txt", list("environment.txt", "variable"), variables);

    Set<String> keys = constants.like("tollgate(\\.[a-z-]+)+");
    keys.addAll(matches("^(tollgate[.a-z-]+)=", properties));
    requireSame("environment.txt", list("environment.txt", "config"), keys);
  }

  /** What is set for a make target, which is read by the Makefile or by what it starts. */
  @Test
  void variablesOfMake() throws IOException {
    Set<String> words = matches("\\b([A-Z_]+)\\b", Files.readString(Path.of("Makefile")));
    for (String sources : List.of("src/local/java", "src/test/java")) {
      try (Stream<Path> files = Files.walk(Path.of(sources))) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          words.addAll(matches("\"([A-Z_]+)\"", Files.readString(file)));
        }
      }
    }
    requirePresent("environment.txt", list("environment.txt", "make"), words);
  }

  @Test
  void headers() throws IOException {
    List<String> listed = list("headers.txt");
    requirePresent("headers.txt", listed, constants.strings());
    requireNoOthers("headers.txt", listed, constants.like("x-[a-z0-9-]+"));
  }

  @Test
  void keysAndAttributesOfTables() throws IOException {
    String file = "table-keys.txt";
    for (String kind : List.of("prompts", "calls", "partition")) {
      requirePresent(file, list(file, kind), constants.strings());
    }
    String strings = String.join("\n", constants.strings());
    requireSame(file, list(file, "key"), matches("([A-Z]+#)", strings));
    requireSame(file, list(file, "redis"), matches("(tollgate:[a-z]+:)", strings));
    List<String> formats = list(file, "format");
    requirePresent(file, formats, formats.stream().filter(strings::contains).toList());
  }

  @Test
  void tablesAndColumnsOfTheLedger() throws IOException {
    Set<String> names = new TreeSet<>();
    try (Stream<Path> files = Files.list(MIGRATIONS)) {
      for (Path file : files.toList()) {
        addSqlNames(Files.readString(file).replaceAll("--.*", ""), names);
      }
    }
    requireSame("table-keys.txt", list("table-keys.txt", "sql"), names);
  }

  private static void addSqlNames(String sql, Set<String> names) {
    String table = "";
    for (MatchResult name : SQL_NAMES.matcher(sql).results().toList()) {
      if (name.group("table") != null) {
        table = name.group("table");
        names.add(table);
      } else if (name.group("role") != null) {
        names.add(name.group("role"));
      } else if (name.group("view") != null) {
        names.add(name.group("view"));
        for (String column : withoutParentheses(name.group("columns")).split(",", -1)) {
          names.add(name.group("view") + "." + column.strip().replaceAll("(?s).*\\s", ""));
        }
      } else {
        names.add(table + "." + name.group("column"));
      }
    }
  }

  private static String withoutParentheses(String sql) {
    String shorter = sql.replaceAll("\\([^()]*\\)", "");
    return shorter.equals(sql) ? sql : withoutParentheses(shorter);
  }

  @Test
  void metrics() throws IOException {
    String file = "metrics.txt";
    for (String kind : List.of("metric", "dimension", "namespace", "emf")) {
      requirePresent(file, list(file, kind), constants.strings());
    }
    Set<String> found = constants.like("([A-Z][a-z]+){2,}");
    found.removeAll(NAMES_OF_AWS);
    found.addAll(
        matches(
            "Namespace: Tollgate\\s+MetricName: (\\w+)",
            Files.readString(Path.of("infra/observability.yaml"))));
    requireNoOthers(file, list(file, "metric"), found);
  }

  @Test
  void commandsOptionsAndParameters() throws IOException {
    Set<String> found = new TreeSet<>();
    for (CommandSpec command : commands()) {
      String name = command.qualifiedName();
      found.add(name);
      command
          .options()
          .forEach(it -> found.add(name + " " + String.join("|", it.names()) + of(it)));
      command.positionalParameters().forEach(it -> found.add(name + " " + it.index() + of(it)));
    }
    requireSame("cli.txt", list("cli.txt"), found);
  }

  /** The value of an option, or a parameter. */
  private static String of(ArgSpec argument) {
    return argument.arity().max() == 0
        ? ""
        : " " + argument.paramLabel() + " (" + argument.arity() + ")";
  }

  @Test
  void exitCodes() throws IOException {
    Set<String> found = new TreeSet<>();
    for (CommandSpec command : commands()) {
      for (String code : command.usageMessage().exitCodeList().keySet()) {
        found.add(command.qualifiedName() + " " + code.strip());
      }
    }
    requireSame("exit-codes.txt", list("exit-codes.txt"), found);
  }

  /** The command and all its subcommands. */
  private static List<CommandSpec> commands() {
    List<CommandLine> commands = new ArrayList<>();
    commands.add(
        Tollgate.commandLine(new CliEnvironment(Map.of(), System.out, System.err, Path.of(""))));
    for (int i = 0; i < commands.size(); i++) {
      commands.addAll(commands.get(i).getSubcommands().values());
    }
    return commands.stream().map(CommandLine::getCommandSpec).toList();
  }

  @Test
  void makeTargets() throws IOException {
    Set<String> found = matches("^([a-z][a-z-]*):", Files.readString(Path.of("Makefile")));
    requireSame("make-targets.txt", list("make-targets.txt"), found);
  }

  private static void requireSame(String file, List<String> listed, Collection<String> found) {
    requirePresent(file, listed, found);
    requireNoOthers(file, listed, found);
  }

  private static void requirePresent(
      String file, Collection<String> listed, Collection<String> found) {
    Set<String> gone = new TreeSet<>(listed);
    gone.removeAll(Set.copyOf(found));
    assertTrue(
        gone.isEmpty(),
        () ->
            ("A contract changed: %s disappeared. Bring it back;"
                    + " if it is meant to go, take it out of %s.")
                .formatted(gone, LISTS.resolve(file)));
  }

  private static void requireNoOthers(
      String file, Collection<String> listed, Collection<String> found) {
    Set<String> added = new TreeSet<>(found);
    added.removeAll(Set.copyOf(listed));
    assertTrue(
        added.isEmpty(),
        () ->
            "A contract changed: %s is in no list. If it is meant to be new, add it to %s."
                .formatted(added, LISTS.resolve(file)));
  }

  private static List<String> list(String file) throws IOException {
    return Files.readAllLines(LISTS.resolve(file));
  }

  /** The entries of one kind, without it. */
  private static List<String> list(String file, String kind) throws IOException {
    List<String> entries =
        list(file).stream()
            .filter(line -> line.startsWith(kind + " "))
            .map(line -> line.substring(kind.length() + 1))
            .toList();
    assertFalse(entries.isEmpty(), () -> "no " + kind + " in " + file);
    return entries;
  }

  private static Set<String> matches(String regex, String text) {
    return Pattern.compile(regex, Pattern.MULTILINE)
        .matcher(text)
        .results()
        .map(match -> match.group(1))
        .collect(toCollection(TreeSet::new));
  }
}
