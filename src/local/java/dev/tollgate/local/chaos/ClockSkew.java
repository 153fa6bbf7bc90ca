package dev.tollgate.local.chaos;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.ProtectionDomain;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.jspecify.annotations.Nullable;

/**
 * A Java agent that makes a function's clock movable: Tollgate has all time from one {@link Clock},
 * and where that is made, the agent puts a {@link MovableClock} in its place. The machine's own
 * clock stays right.
 */
public final class ClockSkew implements ClassFileTransformer {
  private static final String CLOCK_PRODUCER = "dev/tollgate/function/BeanConfiguration";
  private static final ClassDesc CLOCK = ClassDesc.of(Clock.class.getName());
  private static final ClassDesc MOVABLE = ClassDesc.of(MovableClock.class.getName());

  private final String file;

  private ClockSkew(String file) {
    this.file = file;
  }

  /** The JVM calls this before the function begins. */
  public static void premain(String file, Instrumentation instrumentation) {
    instrumentation.addTransformer(new ClockSkew(file));
  }

  /**
   * Returns the JVM's option that lets a file move its clock. Writes the agent next to that file.
   */
  static String option(Path file) throws IOException {
    MovableClock.setOffset(file, Duration.ZERO);
    Path jar = file.resolveSibling("clock-skew.jar");
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().putValue("Premain-Class", ClockSkew.class.getName());
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
      for (Class<?> part : List.of(ClockSkew.class, MovableClock.class)) {
        String entry = part.getName().replace('.', '/') + ".class";
        try (InputStream code = part.getResourceAsStream("/" + entry)) {
          if (code == null) {
            throw new IOException("The local cloud's own classes are incomplete: " + entry);
          }
          out.putNextEntry(new JarEntry(entry));
          code.transferTo(out);
        }
      }
    }
    return "-javaagent:%s=%s".formatted(jar, file);
  }

  @Override
  public byte @Nullable [] transform(
      ClassLoader loader,
      String name,
      Class<?> redefined,
      ProtectionDomain domain,
      byte[] classFile) {
    if (!name.equals(CLOCK_PRODUCER)) {
      return null;
    }
    ClassFile format = ClassFile.of();
    return format.transformClass(
        format.parse(classFile), ClassTransform.transformingMethodBodies(replaceClock(file)));
  }

  /** {@code Clock.systemUTC()} becomes {@code MovableClock.of(Clock.systemUTC(), file)}. */
  private static CodeTransform replaceClock(String file) {
    return (code, element) -> {
      code.with(element);
      if (element instanceof InvokeInstruction call && call.name().equalsString("systemUTC")) {
        code.loadConstant(file)
            .invokestatic(MOVABLE, "of", MethodTypeDesc.of(CLOCK, CLOCK, ConstantDescs.CD_String));
      }
    };
  }
}
