package dev.tollgate.local.lambda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FunctionPackageTest {
  private static final byte[] SOME = "some".getBytes(StandardCharsets.UTF_8);

  private final Path folder;

  FunctionPackageTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void jvmPackageRunsFromJarsOnly() throws IOException {
    Path zip =
        zip(Map.of("dev/App.class", SOME, "application.properties", SOME, "lib/a.jar", SOME));
    FunctionPackage code = FunctionPackage.unpack(zip, folder.resolve("code"));
    List<String> command = code.command(512);

    assertTrue(command.contains("-Xmx409m"), command.toString());
    List<Path> classPath =
        Arrays.stream(command.get(command.indexOf("-cp") + 1).split(File.pathSeparator))
            .map(Path::of)
            .toList();
    assertEquals(
        List.of("runtime-loop.jar", "application.jar", "a.jar"),
        classPath.stream().map(path -> path.getFileName().toString()).toList());
    assertEquals(Set.of("dev/App.class", "application.properties"), names(classPath.get(1)));
    assertTrue(names(classPath.get(0)).contains("dev/tollgate/local/lambda/RuntimeLoop.class"));
    assertTrue(Files.exists(code.taskRoot().resolve("application.properties")));
  }

  @Test
  void sameBuildIsUnpackedOnce() throws IOException {
    Path code = folder.resolve("code");
    Path first = FunctionPackage.unpack(zip(Map.of("lib/a.jar", SOME)), code).taskRoot();
    Path again = FunctionPackage.unpack(zip(Map.of("lib/a.jar", SOME)), code).taskRoot();
    Path other = FunctionPackage.unpack(zip(Map.of("lib/b.jar", SOME)), code).taskRoot();

    assertEquals(first, again);
    assertFalse(first.equals(other));
    assertTrue(Files.exists(first), "a running function may still use it");
  }

  @Test
  void nativePackageOfThisMachineRunsItself() throws IOException {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    FunctionPackage code =
        FunctionPackage.unpack(
            zip(Map.of("bootstrap", Files.readAllBytes(java))), folder.resolve("code"));

    assertEquals(List.of(code.taskRoot().resolve("bootstrap").toString()), code.command(512));
    assertTrue(Files.isExecutable(code.taskRoot().resolve("bootstrap")));
  }

  @Test
  void nativePackageOfAnotherMachineNamesTheRemedy() throws IOException {
    byte[] unknownMachine = new byte[64];
    System.arraycopy(new byte[] {0x7f, 'E', 'L', 'F'}, 0, unknownMachine, 0, 4);
    Path zip = zip(Map.of("bootstrap", unknownMachine));

    IOException error =
        assertThrows(IOException.class, () -> FunctionPackage.unpack(zip, folder.resolve("code")));
    assertTrue(error.toString().contains("mvn package"), error.toString());
  }

  @Test
  void missingZipNamesTheRemedy() {
    IOException error =
        assertThrows(
            IOException.class,
            () -> FunctionPackage.unpack(folder.resolve("function.zip"), folder.resolve("code")));

    assertTrue(error.toString().contains("mvn package"), error.toString());
  }

  @Test
  void rejectsEntriesOutsideTheFolder() throws IOException {
    Path zip = zip(Map.of("../../outside", SOME));

    assertThrows(IOException.class, () -> FunctionPackage.unpack(zip, folder.resolve("code")));
    assertFalse(Files.exists(folder.resolve("outside")));
  }

  private Path zip(Map<String, byte[]> entries) throws IOException {
    Path file = folder.resolve("function.zip");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      for (String name : new TreeSet<>(entries.keySet())) {
        ZipEntry entry = new ZipEntry(name);
        entry.setTime(0);
        zip.putNextEntry(entry);
        zip.write(entries.getOrDefault(name, new byte[0]));
        zip.closeEntry();
      }
    }
    return file;
  }

  private static Set<String> names(Path jar) throws IOException {
    try (JarFile file = new JarFile(jar.toFile());
        Stream<String> names = file.stream().map(ZipEntry::getName)) {
      return names.collect(Collectors.toSet());
    }
  }
}
