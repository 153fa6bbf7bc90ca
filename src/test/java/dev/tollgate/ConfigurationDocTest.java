package dev.tollgate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaParameter;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

/** Keeps {@code docs/configuration.md} to what the code reads. */
final class ConfigurationDocTest {
  private static final Pattern ROW = Pattern.compile("\\| `([A-Z_]+)` \\| (.*?) ?\\| .+ \\|");

  @Test
  void documentedSettingsAndDefaultsMatchTheCode() throws IOException {
    assertEquals(read(), documented());
  }

  /** The documented settings of the functions, and the default of each as far as it is a value. */
  private static Map<String, String> documented() throws IOException {
    String document = Files.readString(Path.of("docs/configuration.md"));
    Map<String, String> rows = new TreeMap<>();
    String functions =
        document.substring(
            document.indexOf("## The functions"), document.indexOf("Quarkus itself reads"));
    Matcher row = ROW.matcher(functions);
    while (row.find()) {
      rows.put(row.group(1), row.group(2).contains("`") ? "" : row.group(2));
    }
    return rows;
  }

  private static Map<String, String> read() throws IOException {
    Properties properties = new Properties();
    try (Reader reader =
        Files.newBufferedReader(Path.of("src/main/resources/application.properties"))) {
      properties.load(reader);
    }
    Map<String, String> settings = new TreeMap<>();
    new ClassFileImporter()
        .importPath(MainClasses.FOLDER).stream()
            .flatMap(ConfigurationDocTest::parameters)
            .filter(parameter -> parameter.isAnnotatedWith(ConfigProperty.class))
            .map(parameter -> parameter.getAnnotationOfType(ConfigProperty.class))
            .forEach(
                property -> settings.put(variable(property.name()), value(property, properties)));
    return settings;
  }

  private static Stream<JavaParameter> parameters(JavaClass type) {
    return type.getCodeUnits().stream().map(JavaCodeUnit::getParameters).flatMap(it -> it.stream());
  }

  /** By the rule of MicroProfile Config for environment variables. */
  private static String variable(String property) {
    return property.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
  }

  /** The default; nothing where an expression or an installation says it. */
  private static String value(ConfigProperty property, Properties properties) {
    if (!property.defaultValue().equals(ConfigProperty.UNCONFIGURED_VALUE)) {
      return property.defaultValue();
    }
    String value = properties.getProperty(property.name(), "");
    return value.contains("$")
            || property.name().endsWith(".table")
            || property.name().endsWith(".function")
        ? ""
        : value;
  }
}
