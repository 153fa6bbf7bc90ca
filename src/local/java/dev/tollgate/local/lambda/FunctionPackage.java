package dev.tollgate.local.lambda;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The deployable, unpacked and ready to run: what every environment runs. */
public final class FunctionPackage {
  private final Path taskRoot;
  private final Command command;

  private FunctionPackage(Path taskRoot, Command command) {
    this.taskRoot = requireNonNull(taskRoot, "taskRoot");
    this.command = requireNonNull(command, "command");
  }

  private sealed interface Command {
    /** Always the same: the program reads its limits from its environment. */
    record Fixed(List<String> words) implements Command {}

    record Jvm(JvmCommand command) implements Command {}
  }

  /**
   * Unpacks {@code function.zip} below {@code folder}, unless that was done before, and finds out
   * how to run it: a native {@code bootstrap} by itself, a JVM package on this JDK.
   */
  public static FunctionPackage unpack(Path functionZip, Path folder) throws IOException {
    if (!Files.isRegularFile(functionZip)) {
      throw new IOException(functionZip + " is missing: build it with `mvn package -DskipTests`");
    }
    UnpackedZip unpacked = UnpackedZip.of(functionZip, folder);
    Path bootstrap = unpacked.taskRoot().resolve("bootstrap");
    if (NativeExecutable.isNative(bootstrap)) {
      NativeExecutable.requireRunnable(bootstrap);
      return ofCommand(unpacked.taskRoot(), List.of(bootstrap.toString()));
    }
    return new FunctionPackage(
        unpacked.taskRoot(),
        new Command.Jvm(new JvmCommand(unpacked.classPath(), unpacked.cache())));
  }

  /** Returns a package that runs {@code command}: whatever speaks the Runtime API. */
  public static FunctionPackage ofCommand(Path taskRoot, List<String> command) {
    return new FunctionPackage(taskRoot, new Command.Fixed(List.copyOf(command)));
  }

  /** The same without the AOT cache, if it runs on a JVM. */
  FunctionPackage withoutAotCache() {
    return switch (command) {
      case Command.Fixed _ -> this;
      case Command.Jvm(JvmCommand jvm) ->
          new FunctionPackage(taskRoot, new Command.Jvm(jvm.withoutCache()));
    };
  }

  Path taskRoot() {
    return taskRoot;
  }

  /** Returns the command line of a function that may use so much memory. */
  public List<String> command(int memoryMegabytes) {
    return switch (command) {
      case Command.Fixed(List<String> words) -> words;
      case Command.Jvm(JvmCommand jvm) -> jvm.runCommand(memoryMegabytes);
    };
  }

  /** Returns the command line of a function that listens for a debugger on a port of loopback. */
  List<String> debugCommand(int memoryMegabytes, int port) {
    return requireJvm().debugging(memoryMegabytes, port);
  }

  /**
   * Returns what runs this package on a JVM.
   *
   * @throws IllegalStateException if it is a native executable
   */
  JvmCommand requireJvm() {
    return switch (command) {
      case Command.Fixed _ ->
          throw new IllegalStateException(
              "A debugger cannot attach to a native executable: build with make package instead");
      case Command.Jvm(JvmCommand jvm) -> jvm;
    };
  }

  /** Makes the AOT cache of a JVM package, unless it has one; a native one needs none. */
  public void train() throws IOException, InterruptedException {
    switch (command) {
      case Command.Fixed _ -> {}
      case Command.Jvm(JvmCommand jvm) -> new AotTraining(jvm, taskRoot).run();
    }
  }
}
