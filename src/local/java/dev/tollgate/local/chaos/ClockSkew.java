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
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.jspecify.annotations.Nullable;

/**
 * A Java agent that puts a function's clock wrong: Tollgate has all time from one {@link Clock},
 * and where that is made, the agent moves it. The machine's own clock stays right.
 */
public final class ClockSkew implements ClassFileTransformer {
  private static final String MAKES_THE_CLOCK = "dev/tollgate/function/Components";
  private static final ClassDesc CLOCK = ClassDesc.of(Clock.class.getName());
  private static final ClassDesc DURATION = ClassDesc.of(Duration.class.getName());

  private final long millis;

  private ClockSkew(long millis) {
    this.millis = millis;
  }

  /** The JVM calls this before the function begins. */
  public static void premain(String millis, Instrumentation instrumentation) {
    instrumentation.addTransformer(new ClockSkew(Long.parseLong(millis)));
  }

  /** The JVM's option that puts its clock off by so much, with the agent written into a folder. */
  static String option(Path folder, Duration off) throws IOException {
    Path jar = folder.resolve("clock-skew.jar");
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().putValue("Premain-Class", ClockSkew.class.getName());
    String file = ClockSkew.class.getName().replace('.', '/') + ".class";
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest);
        InputStream agent = ClockSkew.class.getResourceAsStream("/" + file)) {
      if (agent == null) {
        throw new IOException("The local cloud's own classes are incomplete: " + file);
      }
      out.putNextEntry(new JarEntry(file));
      agent.transferTo(out);
    }
    return "-javaagent:%s=%d".formatted(jar, off.toMillis());
  }

  @Override
  public byte @Nullable [] transform(
      ClassLoader loader,
      String name,
      Class<?> redefined,
      ProtectionDomain domain,
      byte[] classFile) {
    if (!name.equals(MAKES_THE_CLOCK)) {
      return null;
    }
    ClassFile format = ClassFile.of();
    return format.transformClass(
        format.parse(classFile), ClassTransform.transformingMethodBodies(moving(millis)));
  }

  /** {@code Clock.systemUTC()} becomes {@code Clock.offset(Clock.systemUTC(), ...)}. */
  private static CodeTransform moving(long millis) {
    return (code, element) -> {
      code.with(element);
      if (element instanceof InvokeInstruction call && call.name().equalsString("systemUTC")) {
        code.loadConstant(millis)
            .invokestatic(DURATION, "ofMillis", MethodTypeDesc.of(DURATION, ConstantDescs.CD_long))
            .invokestatic(CLOCK, "offset", MethodTypeDesc.of(CLOCK, CLOCK, DURATION));
      }
    };
  }
}
