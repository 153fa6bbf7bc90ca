package dev.tollgate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;

/** What is deployed, and what must not be. */
final class FunctionZipIT {
  private static final Path ZIP = Path.of("target/function.zip");
  private static final long MOST_BYTES = 60L * 1024 * 1024;
  private static final Pattern LOCAL_ONLY =
      Pattern.compile(
          "dev/tollgate/local/.*|.*(DynamoDBLocal|embedded-(postgres|redis)|anthropic-java"
              + "|junit|archunit|netty-nio-client|apache-client|aws-crt).*");

  @Test
  void holdsNoLocalEngineAndNoTestLibrary() throws IOException {
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
  void staysSmallEnoughToStartFast() throws IOException {
    assertTrue(Files.size(ZIP) < MOST_BYTES, Files.size(ZIP) + " bytes");
  }
}
