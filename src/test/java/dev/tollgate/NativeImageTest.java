package dev.tollgate;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.quarkus.amazon.lambda.runtime.FunctionError;
import io.quarkus.funqy.Funq;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What a native image needs and a JVM does without. No image is built here, since that takes a
 * GraalVM and minutes; each of these was missing from an image that did not build or did not run.
 */
final class NativeImageTest {
  private static final JavaClasses MAIN = new ClassFileImporter().importPath(MainClasses.FOLDER);

  /** The command and its prompt files are run by a JVM. */
  private static final String[] NOT_IN_THE_IMAGE = {
    "dev.tollgate.cli..", "dev.tollgate.promptfile.."
  };

  private static Properties settings() throws IOException {
    Properties settings = new Properties();
    try (InputStream file =
        Files.newInputStream(Path.of("src/main/resources/application.properties"))) {
      settings.load(file);
    }
    return settings;
  }

  @Test
  void jacksonTypesAreRegisteredForReflection() throws IOException {
    assertEquals(List.of(), BoundTypes.in(Path.of("src/main/java")).unregistered());
  }

  @Test
  void findsTypesNotRegisteredForReflection() throws IOException {
    assertEquals(
        List.of(
            "Bound.java:15: readValue of bound.Bound.Unregistered",
            "Bound.java:16: treeToValue of bound.Bound.Unregistered",
            "Bound.java:17: convertValue of bound.Bound.Unregistered",
            "Bound.java:18: valueToTree of bound.Bound.Unregistered",
            "Bound.java:19: writeValueAsString of bound.Bound.Unregistered",
            "Bound.java:20: readerFor of bound.Bound.Unregistered"),
        BoundTypes.in(Path.of("src/test/resources/native")).unregistered());
  }

  @Test
  void functionsTakeAndGiveTrees() {
    methods()
        .that()
        .areAnnotatedWith(Funq.class)
        .should()
        .haveRawParameterTypes(JsonNode.class)
        .andShould()
        .haveRawReturnType(JsonNode.class)
        .check(MAIN);
  }

  @Test
  void functionErrorIsRegisteredForReflection() throws ClassNotFoundException {
    RegisterForReflection registered =
        Class.forName("dev.tollgate.nativeimage.ReflectionTargets")
            .getAnnotation(RegisterForReflection.class);

    assertTrue(Arrays.asList(registered.targets()).contains(FunctionError.class));
  }

  @Test
  void noClassLoadingByNameAndNoProxies() {
    noClasses()
        .that()
        .resideOutsideOfPackages(NOT_IN_THE_IMAGE)
        .should()
        .callMethod(Class.class, "forName", String.class)
        .orShould()
        .callMethod(ClassLoader.class, "loadClass", String.class)
        .orShould()
        .dependOnClassesThat()
        .resideInAPackage("java.lang.reflect..")
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.util.ServiceLoader")
        .check(MAIN);
  }

  /** GraalVM refuses one in the image's heap, where Quarkus puts what is static. */
  @Test
  void randomGeneratorsAreNotStatic() {
    noFields()
        .that()
        .areStatic()
        .should()
        .haveRawType(JavaClass.Predicates.assignableTo(Random.class))
        .check(MAIN);
  }

  @Test
  void noJniAndNoAwsCommonRuntime() {
    noMethods().should().haveModifier(JavaModifier.NATIVE).check(MAIN);
    noClasses()
        .should()
        .callMethod(System.class, "loadLibrary", String.class)
        .orShould()
        .dependOnClassesThat()
        .resideInAPackage("software.amazon.awssdk.crt..")
        .check(MAIN);
    assertEquals(
        List.of(),
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> entry.contains("aws-crt"))
            .toList());
  }

  @Test
  void everyResourceIsPutIntoTheImage() throws IOException {
    List<PathMatcher> included =
        Stream.of(settings().getProperty("quarkus.native.resources.includes").split(","))
            .map(glob -> FileSystems.getDefault().getPathMatcher("glob:" + glob))
            .toList();
    Path resources = Path.of("src/main/resources");
    try (Stream<Path> files = Files.walk(resources)) {
      List<Path> forgotten =
          files
              .filter(Files::isRegularFile)
              .map(resources::relativize)
              // Quarkus and its Flyway extension put in their own.
              .filter(file -> !file.startsWith("db") && !file.endsWith("application.properties"))
              // The image does not contain the command.
              .filter(file -> !file.startsWith("cli"))
              .filter(file -> included.stream().noneMatch(glob -> glob.matches(file)))
              .toList();
      assertEquals(List.of(), forgotten);
    }
  }

  @Test
  void noConnectionsAtStart() throws IOException {
    Properties settings = settings();

    assertEquals("0", settings.getProperty("quarkus.datasource.jdbc.min-size"));
    assertEquals("0", settings.getProperty("quarkus.datasource.jdbc.initial-size"));
    assertEquals("false", settings.getProperty("quarkus.flyway.migrate-at-start"));
    assertTrue(settings.containsKey("quarkus.redis.hosts"));
    assertTrue(settings.containsKey("quarkus.datasource.jdbc.url"));
  }

  @Test
  void redisOverTlsVerifiesTheCertificate() throws IOException {
    assertEquals(
        "HTTPS", settings().getProperty("quarkus.redis.tls.hostname-verification-algorithm"));
  }

  @Test
  void nativeProfileInitializesTheSdkAtRunTime() throws IOException {
    String pom = Files.readString(Path.of("pom.xml"));

    assertTrue(
        pom.contains("--initialize-at-run-time=software.amazon.awssdk,"), "additional-build-args");
    assertTrue(pom.contains("<quarkus.native.enabled>true</quarkus.native.enabled>"));
    assertTrue(pom.contains("<quarkus.package.jar.enabled>false</quarkus.package.jar.enabled>"));
  }
}
