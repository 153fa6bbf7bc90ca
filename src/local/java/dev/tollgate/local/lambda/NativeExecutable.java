package dev.tollgate.local.lambda;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Tells native executables by their first bytes, and whether this machine runs them. */
final class NativeExecutable {
  private static final int HEADER_BYTES = 20;
  private static final int ELF = 0x7f454c46;
  private static final int MACH_O_64 = 0xcffaedfe;
  private static final int ELF_MACHINE_OFFSET = 18;
  private static final int ELF_X86_64 = 0x3e;
  private static final int ELF_AARCH64 = 0xb7;

  private NativeExecutable() {}

  static boolean isNative(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      return false;
    }
    int magic = header(file).getInt(0);
    return magic == ELF || magic == MACH_O_64;
  }

  static void requireRunnable(Path file) throws IOException {
    ByteBuffer header = header(file);
    boolean linux = System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("linux");
    boolean arm = System.getProperty("os.arch").equals("aarch64");
    boolean runnable =
        linux
            ? header.getInt(0) == ELF
                && header.order(ByteOrder.LITTLE_ENDIAN).getShort(ELF_MACHINE_OFFSET)
                    == (arm ? ELF_AARCH64 : ELF_X86_64)
            : header.getInt(0) == MACH_O_64;
    if (!runnable) {
      throw new IOException(
          "function.zip holds a native binary for another kind of machine: build the JVM package"
              + " with `mvn package` to run locally");
    }
    if (!file.toFile().setExecutable(true)) {
      throw new IOException("Cannot make " + file + " executable");
    }
  }

  private static ByteBuffer header(Path file) throws IOException {
    byte[] header = new byte[HEADER_BYTES];
    try (InputStream bytes = Files.newInputStream(file)) {
      int unused = bytes.readNBytes(header, 0, HEADER_BYTES);
    }
    return ByteBuffer.wrap(header);
  }
}
