package dev.tollgate.local.lambda;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tollgate.local.template.SamTemplate;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A local Lambda whose functions all are {@link FakeRuntime}. */
public final class FakeLambda {
  private FakeLambda() {}

  public static SamTemplate template(Path folder, String yaml) throws IOException {
    return SamTemplate.read(Files.writeString(folder.resolve("template.yaml"), yaml), Map.of());
  }

  public static LambdaService start(SamTemplate template, Path folder) throws IOException {
    return LambdaService.start(
        template,
        code(folder),
        (name, builder) ->
            builder
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(name + ".log").toFile())
                .start(),
        function -> Map.of("LOCAL_ONLY", "given"),
        folder.resolve("failed"),
        0);
  }

  private static FunctionPackage code(Path folder) {
    String classPath =
        Stream.of(FakeRuntime.class, ObjectMapper.class, JsonFactory.class, JsonProperty.class)
            .map(FakeLambda::origin)
            .collect(Collectors.joining(File.pathSeparator));
    return FunctionPackage.ofCommand(
        folder,
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xmx128m",
            "-cp",
            classPath,
            FakeRuntime.class.getName()));
  }

  private static String origin(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
    } catch (URISyntaxException e) {
      throw new AssertionError("class paths are well-formed", e);
    }
  }
}
