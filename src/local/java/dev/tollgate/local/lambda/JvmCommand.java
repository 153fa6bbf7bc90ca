package dev.tollgate.local.lambda;

import static java.util.Objects.requireNonNull;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The command line that runs the JVM package in a given number of megabytes.
 *
 * @param cache the AOT cache, used once it is there
 */
record JvmCommand(List<Path> classPath, Path cache) {
  // The rest of a function's memory is for code, threads and buffers.
  private static final double HEAP_SHARE = 0.8;

  JvmCommand {
    classPath = List.copyOf(classPath);
    requireNonNull(cache, "cache");
  }

  JvmCommand withoutCache() {
    return new JvmCommand(classPath, cache.resolveSibling("none"));
  }

  List<String> runCommand(int memoryMegabytes) {
    return command(
        memoryMegabytes,
        Files.exists(cache) ? Optional.of("-XX:AOTCache=" + cache) : Optional.empty());
  }

  /**
   * Returns the command line that also listens for a debugger on {@code port} of loopback. It does
   * without the AOT cache, which a JVM with a debugger rejects.
   */
  List<String> debugging(int memoryMegabytes, int port) {
    return command(
        memoryMegabytes,
        Optional.of(
            "-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,quiet=y,address=%s:%d"
                .formatted(DebugPorts.HOST, port)));
  }

  /**
   * Returns the command line that also writes an AOT cache to {@code output} when it ends.
   *
   * @param packages whose classes all belong into it, set apart by commas
   */
  List<String> trainingCommand(int memoryMegabytes, Path output, String packages) {
    List<String> command = command(memoryMegabytes, Optional.of("-XX:AOTCacheOutput=" + output));
    command.add(1, "-D" + RuntimeLoop.PRELOAD_PROPERTY + "=" + packages);
    return command;
  }

  private List<String> command(int memoryMegabytes, Optional<String> option) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // Functions are short-lived and many: start-up and footprint count, peak speed does not.
    command.add("-XX:+UseSerialGC");
    command.add("-XX:TieredStopAtLevel=1");
    command.add("-Xmx" + (int) (memoryMegabytes * HEAP_SHARE) + "m");
    option.ifPresent(command::add);
    command.add("-Djava.util.logging.manager=org.jboss.logmanager.LogManager");
    command.add("--enable-native-access=ALL-UNNAMED");
    // Quarkus clears thread locals between tasks, without which its executor's threads die.
    command.add("--add-opens=java.base/java.lang=ALL-UNNAMED");
    command.add("--sun-misc-unsafe-memory-access=allow");
    command.add("-cp");
    command.add(
        classPath.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator)));
    command.add(RuntimeLoop.class.getName());
    return command;
  }
}
