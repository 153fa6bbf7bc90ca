package dev.tollgate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarInputStream;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;

/** What is deployed, and what must not be. */
final class FunctionZipIT {
  private static final Path ZIP = Path.of("target/function.zip");
  private static final long MOST_BYTES = 60L * 1024 * 1024;
  private static final Pattern MACHINE_CODE = Pattern.compile(".*\\.(so|dll|dylib|jnilib)");
  private static final Pattern LOCAL_ONLY =
      Pattern.compile(
          "dev/tollgate/local/.*|.*(DynamoDBLocal|embedded-(postgres|redis)|anthropic-java"
              + "|junit|archunit|netty-nio-client|apache-client|aws-crt).*");

  @Test
  void containsNoLocalEngineAndNoTestLibrary() throws IOException {
    try (ZipFile zip = new ZipFile(ZIP.toFile())) {
      List<String> wrong =
          zip.stream()
              .map(ZipEntry::getName)
              .filter(name -> LOCAL_ONLY.matcher(name).matches())
              .toList();
      assertEquals(List.of(), wrong);
      assertTrue(zip.stream().anyMatch(entry -> entry.getName().equals("prices.yaml")));
    }
  }

  @Test
  void everyLibraryIsInTheSbom() throws IOException {
    Set<String> listed = new TreeSet<>();
    for (JsonNode component :
        new ObjectMapper().readTree(Path.of("target/sbom.json").toFile()).path("components")) {
      // What a jar is called in the zip.
      listed.add(
          "lib/%s.%s-%s.jar"
              .formatted(
                  component.path("group").asText(),
                  component.path("name").asText(),
                  component.path("version").asText()));
    }
    try (ZipFile zip = new ZipFile(ZIP.toFile())) {
      List<String> unlisted =
          zip.stream()
              .map(ZipEntry::getName)
              .filter(name -> name.startsWith("lib/") && name.endsWith(".jar"))
              // Quarkus marks the jars from which it removed classes.
              .filter(name -> !listed.contains(name.replace("lib/modified-", "lib/")))
              .toList();
      assertEquals(List.of(), unlisted);
    }
  }

  @Test
  void librariesContainNoNativeCode() throws IOException {
    List<String> found = new ArrayList<>();
    try (ZipFile zip = new ZipFile(ZIP.toFile())) {
      for (ZipEntry jar : zip.stream().filter(entry -> entry.getName().endsWith(".jar")).toList()) {
        try (JarInputStream entries = new JarInputStream(zip.getInputStream(jar))) {
          for (ZipEntry entry = entries.getNextEntry();
              entry != null;
              entry = entries.getNextEntry()) {
            if (MACHINE_CODE.matcher(entry.getName()).matches()) {
              found.add(jar.getName() + " " + entry.getName());
            }
          }
        }
      }
    }
    assertEquals(List.of(), found);
  }

  @Test
  void staysSmallEnoughToStartFast() throws IOException {
    assertTrue(Files.size(ZIP) < MOST_BYTES, Files.size(ZIP) + " bytes");
  }
}
