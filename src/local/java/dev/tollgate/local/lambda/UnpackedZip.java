package dev.tollgate.local.lambda;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Enumeration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * The contents of one {@code function.zip}, in a folder named after their hash: runs of the same
 * build share it, and a rebuild never changes files under a running function.
 *
 * @param folder holds {@code task/}, the zip as it is, and {@code jars/}, what a JVM needs besides
 */
record UnpackedZip(Path folder) {
  private static final int MAX_KEPT = 4;
  private static final int HASH_DIGITS = 16;

  static UnpackedZip of(Path zip, Path parent) throws IOException {
    Path folder = parent.toAbsolutePath().resolve(hash(zip));
    if (!Files.isDirectory(folder)) {
      Files.createDirectories(parent);
      Path unfinished = Files.createTempDirectory(parent.toAbsolutePath(), "unfinished-");
      unpack(zip, unfinished.resolve("task"), unfinished.resolve("jars"));
      move(unfinished, folder);
    }
    Files.setLastModifiedTime(folder, FileTime.from(Instant.now()));
    deleteOldest(parent);
    return new UnpackedZip(folder);
  }

  Path taskRoot() {
    return folder.resolve("task");
  }

  /** Returns jars only, since an AOT cache allows no folders; classes of the root come first. */
  List<Path> classPath() throws IOException {
    List<Path> classPath = new ArrayList<>();
    classPath.add(folder.resolve("jars/runtime-loop.jar"));
    classPath.add(folder.resolve("jars/application.jar"));
    try (Stream<Path> libraries = Files.list(taskRoot().resolve("lib"))) {
      libraries.filter(path -> path.toString().endsWith(".jar")).sorted().forEach(classPath::add);
    }
    return classPath;
  }

  /**
   * Returns where the AOT cache of this build and this JDK belongs. Vendors build the same version
   * of Java, and a JVM rejects the cache of another one.
   */
  Path cache() {
    String jdk =
        "%s-%s-%s"
            .formatted(
                Runtime.version(),
                System.getProperty("java.vendor.version", System.getProperty("java.vendor")),
                System.getProperty("os.arch"));
    return folder.resolve("jars/" + jdk.replaceAll("[^A-Za-z0-9.+-]", "_") + ".aot");
  }

  private static void unpack(Path zip, Path task, Path jars) throws IOException {
    Files.createDirectories(task);
    Files.createDirectories(jars);
    try (ZipFile contents = new ZipFile(zip.toFile());
        JarOutputStream application = jar(jars.resolve("application.jar"));
        JarOutputStream loop = jar(jars.resolve("runtime-loop.jar"))) {
      for (Enumeration<? extends ZipEntry> each = contents.entries(); each.hasMoreElements(); ) {
        ZipEntry entry = each.nextElement();
        if (!entry.isDirectory()) {
          unpack(contents, entry, task, application);
        }
      }
      for (Map.Entry<String, byte[]> part : runtimeLoop().entrySet()) {
        add(loop, part.getKey(), new ByteArrayInputStream(part.getValue()));
      }
    }
  }

  private static void unpack(
      ZipFile contents, ZipEntry entry, Path task, JarOutputStream application) throws IOException {
    Path target = task.resolve(entry.getName()).normalize();
    if (!target.startsWith(task)) {
      throw new IOException("function.zip would write outside its folder: " + entry.getName());
    }
    Files.createDirectories(target.getParent());
    try (InputStream bytes = contents.getInputStream(entry)) {
      Files.copy(bytes, target);
    }
    boolean belongsToRoot =
        !entry.getName().startsWith("lib/")
            && !entry.getName().equals("bootstrap")
            && !entry.getName().endsWith(".so");
    if (belongsToRoot) {
      try (InputStream bytes = contents.getInputStream(entry)) {
        add(application, entry.getName(), bytes);
      }
    }
  }

  /** Returns the class files of the runtime loop by their names in a jar. */
  private static Map<String, byte[]> runtimeLoop() throws IOException {
    List<Class<?>> parts = new ArrayList<>(List.of(RuntimeLoop.class.getDeclaredClasses()));
    parts.add(RuntimeLoop.class);
    Map<String, byte[]> files = new TreeMap<>();
    for (Class<?> part : parts) {
      String name = part.getName().replace('.', '/') + ".class";
      try (InputStream bytes = part.getClassLoader().getResourceAsStream(name)) {
        if (bytes == null) {
          throw new IOException(name + " is not on the class path: build again");
        }
        files.put(name, bytes.readAllBytes());
      }
    }
    return files;
  }

  private static JarOutputStream jar(Path file) throws IOException {
    OutputStream bytes = Files.newOutputStream(file);
    JarOutputStream jar = new JarOutputStream(bytes);
    jar.setLevel(Deflater.NO_COMPRESSION); // Written at each start after a build, read at once.
    return jar;
  }

  private static void add(JarOutputStream jar, String name, InputStream bytes) throws IOException {
    jar.putNextEntry(new ZipEntry(name));
    bytes.transferTo(jar);
    jar.closeEntry();
  }

  private static void move(Path unfinished, Path folder) throws IOException {
    try {
      Files.move(unfinished, folder);
    } catch (FileAlreadyExistsException e) {
      delete(unfinished); // Another process was quicker.
    } catch (FileSystemException e) {
      if (!Files.isDirectory(folder)) {
        throw e;
      }
      delete(unfinished);
    }
  }

  private static void deleteOldest(Path parent) throws IOException {
    List<Path> folders;
    try (Stream<Path> all = Files.list(parent)) {
      folders =
          all.filter(path -> path.getFileName().toString().length() == HASH_DIGITS)
              .filter(Files::isDirectory)
              .sorted(Comparator.comparing(UnpackedZip::lastUse).reversed())
              .toList();
    }
    for (Path folder : folders.subList(Math.min(MAX_KEPT, folders.size()), folders.size())) {
      delete(folder);
    }
  }

  private static FileTime lastUse(Path folder) {
    try {
      return Files.getLastModifiedTime(folder);
    } catch (IOException e) {
      return FileTime.from(Instant.EPOCH); // Just deleted by another process.
    }
  }

  private static void delete(Path folder) throws IOException {
    List<Path> paths;
    try (Stream<Path> all = Files.walk(folder)) {
      paths = all.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : paths) {
      Files.deleteIfExists(path);
    }
  }

  /** Covers the runtime loop too, so that a change to it is not hidden by an older unpacking. */
  private static String hash(Path zip) throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(Files.readAllBytes(zip));
      runtimeLoop().values().forEach(digest::update);
      return HexFormat.of().formatHex(digest.digest()).substring(0, HASH_DIGITS);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }
}
