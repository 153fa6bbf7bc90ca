package dev.tollgate;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Checks the dependencies between packages. */
final class PackageDependencyTest {
  private static final JavaClasses MAIN = new ClassFileImporter().importPath(MainClasses.FOLDER);

  private static final String ROOT = "dev.tollgate.";
  private static final Pattern ALLOWED = Pattern.compile("    ([a-z.]+) -> ([a-z., ]+)");

  /** CONTRIBUTING.md lists what each package may use; a package may use only those above it. */
  @Test
  void packagesUseOnlyWhatContributingAllows() throws IOException {
    Map<String, Set<String>> allowed = new LinkedHashMap<>();
    for (String line : Files.readAllLines(Path.of("CONTRIBUTING.md"))) {
      Matcher matcher = ALLOWED.matcher(line);
      if (matcher.matches()) {
        Set<String> targets = new TreeSet<>(List.of(matcher.group(2).split(", ")));
        targets.remove("nothing");
        assertTrue(
            allowed.keySet().containsAll(targets),
            matcher.group(1) + " names a package that is not above it: " + targets);
        allowed.put(matcher.group(1), targets);
      }
    }

    Map<String, Set<String>> actual = actual();
    Set<String> packages = new TreeSet<>(allowed.keySet());
    packages.addAll(actual.keySet());
    List<String> differences = new ArrayList<>();
    for (String name : packages) {
      Set<String> listed = allowed.getOrDefault(name, Set.of("(not listed)"));
      Set<String> used = actual.getOrDefault(name, Set.of("(no such package)"));
      if (!listed.equals(used)) {
        differences.add(name + " uses " + used + ", CONTRIBUTING.md lists " + listed);
      }
    }
    assertEquals(List.of(), differences);
  }

  private static Map<String, Set<String>> actual() {
    Map<String, Set<String>> actual = new TreeMap<>();
    for (JavaClass type : MAIN) {
      if (type.getSimpleName().equals("package-info")) {
        continue;
      }
      String source = type.getPackageName();
      Set<String> targets =
          actual.computeIfAbsent(source.substring(ROOT.length()), _ -> new TreeSet<>());
      for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
        String target = dependency.getTargetClass().getBaseComponentType().getPackageName();
        if (target.startsWith(ROOT) && !target.equals(source)) {
          targets.add(target.substring(ROOT.length()));
        }
      }
    }
    return actual;
  }

  @Test
  void onlyAdaptersUseTheAwsSdk() {
    noClasses()
        .that()
        .haveNameNotMatching(".*\\.(DynamoDb|Lambda|SecretsManager).*")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("software.amazon.awssdk..")
        .check(MAIN);
  }

  @Test
  void onlyAdaptersUseSqlAndRedis() {
    noClasses()
        .that()
        .haveNameNotMatching(".*\\.Postgres.*")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.sql..", "org.flywaydb..")
        .check(MAIN);
    noClasses()
        .that()
        .haveNameNotMatching(".*\\.Redis.*")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.quarkus.redis..")
        .check(MAIN);
  }

  @Test
  void wireFormatsStayInTheirProviderPackage() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.tollgate.provider.anthropic..")
        .should()
        .dependOnClassesThat()
        .haveSimpleName("AnthropicApi")
        .check(MAIN);
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.tollgate.provider.openai..")
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("dev.tollgate.provider.openai.OpenAiApi")
        .check(MAIN);
  }

  @Test
  void localCloudIsNotDeployed() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.tollgate.local..", "org.junit..")
        .check(MAIN);
  }
}
