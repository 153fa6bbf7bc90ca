package dev.tollgate.local.bench;

import dev.tollgate.local.LocalCloud;
import dev.tollgate.local.LocalSettings;
import dev.tollgate.local.lambda.StartUp;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How each function starts: from the start of its process until it asks for work, until its first
 * event is answered, and what it holds in memory then. Medians; JVMs with and without AOT cache
 * take turns, so that both see the same machine.
 */
public final class StartUpBench {
  private static final int TIMES = 5;

  private StartUpBench() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path data =
        Files.createTempDirectory(Files.createDirectories(Path.of("target")), "start-up-bench");
    LocalSettings settings =
        LocalSettings.of(Path.of("").toAbsolutePath(), data.toAbsolutePath(), Map.of("PORT", "0"));
    try (LocalCloud cloud = LocalCloud.start(settings)) {
      System.out.printf("%-18s %26s %26s %8s%n", "function", "JVM", "JVM with AOT cache", "ready");
      for (Map.Entry<String, String> first : firstEvents(cloud).entrySet()) {
        print(cloud, first.getKey(), first.getValue().getBytes(StandardCharsets.UTF_8));
      }
    }
  }

  /** What each function can answer from an empty store. */
  private static Map<String, String> firstEvents(LocalCloud cloud) {
    Map<String, String> events = new LinkedHashMap<>();
    events.put("invokeLlm", get("/v1/models", cloud.keys().invoke()));
    events.put("promptAdmin", get("/admin/prompts", cloud.keys().admin()));
    events.put("costReport", get("/admin/costs", cloud.keys().finance()));
    events.put("nightlyRegression", "{\"action\": \"nightly\"}");
    events.put("costLedger", "{\"Records\": []}");
    return events;
  }

  /** What API Gateway makes of a request. */
  private static String get(String path, String key) {
    return """
    {"httpMethod": "GET", "path": "%s", "headers": {"x-api-key": "%s"}, "requestContext": {}}
    """
        .formatted(path, key);
  }

  private static void print(LocalCloud cloud, String function, byte[] event)
      throws IOException, InterruptedException {
    List<StartUp> without = new ArrayList<>();
    List<StartUp> with = new ArrayList<>();
    for (int i = 0; i < TIMES; i++) {
      without.add(cloud.lambda().startUp(function, event, false));
      with.add(cloud.lambda().startUp(function, event, true));
    }
    System.out.printf(
        "%-18s %26s %26s %7.0f%%%n",
        function, figures(without), figures(with), 100 * ready(with) / ready(without));
  }

  private static double ready(List<StartUp> starts) {
    return Figures.percentile(starts.stream().map(StartUp::ready).toList(), 50).toNanos();
  }

  private static String figures(List<StartUp> starts) {
    Duration ready = Figures.percentile(starts.stream().map(StartUp::ready).toList(), 50);
    Duration answered = Figures.percentile(starts.stream().map(StartUp::answered).toList(), 50);
    long memory = starts.stream().mapToLong(StartUp::memory).sorted().toArray()[TIMES / 2];
    return String.format(
        Locale.ROOT,
        "%,d / %,d ms / %s",
        ready.toMillis(),
        answered.toMillis(),
        Figures.megabytes(memory));
  }
}
