package dev.tollgate.local.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.tollgate.cache.CacheKey;
import dev.tollgate.cost.pricing.Cost;
import dev.tollgate.cost.pricing.PriceBook;
import dev.tollgate.prompt.content.PromptContent;
import dev.tollgate.prompt.content.RenderResult;
import dev.tollgate.provider.ModelRequest;
import dev.tollgate.provider.ParseResult;
import dev.tollgate.provider.Provider;
import dev.tollgate.provider.ServerSentEvents;
import dev.tollgate.provider.Usage;
import dev.tollgate.provider.anthropic.MessagesJson;
import dev.tollgate.semantic.Veto;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** The parts of a call that make no request, on the functions' JVM, which compiles with C1 only. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class CallPartsBench {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int EVENTS = 100;
  private static final CacheKey.Audience TEAM = new CacheKey.Audience.Team("search");
  private static final TimeValue ITERATION = TimeValue.milliseconds(500);

  private final String body =
      Bench.messages(Bench.FAST_MODEL, "word ".repeat(400), BigDecimal.ZERO);
  private final ModelRequest request = read(body);
  private final String stream =
      ServerSentEvents.format("content_block_delta", "{\"delta\": {\"text\": \"a few words\"}}")
          .repeat(EVENTS);
  private final Veto veto = new Veto();
  private final PriceBook prices = PriceBook.load();
  private final Instant now = Instant.parse("2026-11-24T10:00:00Z");
  private final Usage usage = new Usage(1000, 2000, 300, 0, 500, 100);
  private final PromptContent prompt = prompt();
  private final Map<String, JsonNode> variables =
      Map.of("context", TextNode.valueOf("A sector holds 512 bytes. ".repeat(150)));

  static void measure() throws IOException {
    BenchReport.printSection("Parts of a call that make no request, with their 99.9 % interval");
    for (RunResult part : run()) {
      Result<?> result = part.getPrimaryResult();
      BenchReport.printRow(
          result.getLabel(),
          String.format(Locale.ROOT, "%.1f ± %.1f µs", result.getScore(), result.getScoreError()),
          "");
    }
  }

  private static Iterable<RunResult> run() throws IOException {
    try {
      return new Runner(
              new OptionsBuilder()
                  .include(CallPartsBench.class.getName())
                  .jvmArgs(
                      "-XX:+UseSerialGC",
                      "-XX:TieredStopAtLevel=1",
                      "--sun-misc-unsafe-memory-access=allow")
                  .verbosity(VerboseMode.SILENT)
                  .forks(2)
                  .warmupIterations(3)
                  .warmupTime(ITERATION)
                  .measurementIterations(5)
                  .measurementTime(ITERATION)
                  .build())
          .run();
    } catch (RunnerException e) {
      throw new IOException("JMH did not run", e);
    }
  }

  /** A request of 2 KB, from its text. */
  @Benchmark
  public ModelRequest readRequest() {
    return read(body);
  }

  @Benchmark
  public CacheKey cacheKey() {
    return CacheKey.of(TEAM, Optional.empty(), request);
  }

  @Benchmark
  public Cost price() {
    return prices.findPrice(Provider.ANTHROPIC, "claude-haiku-4-5-20251001", now).cost(usage);
  }

  /** A prompt with 4 KB of context. */
  @Benchmark
  public RenderResult render() {
    return prompt.render(variables);
  }

  /** A stream of a hundred events. */
  @Benchmark
  public List<String> readEvents() {
    return ServerSentEvents.parseData(stream);
  }

  /** Two questions that are the same in other words, so that all of them are compared. */
  @Benchmark
  public Optional<Veto.Reason> veto() {
    return veto.check("How do I turn on two-factor authentication?", "How can I enable 2FA?");
  }

  private static ModelRequest read(String body) {
    try {
      return switch (MessagesJson.parseRequest(
          (ObjectNode) JSON.readTree(body), Optional.empty(), Optional.empty())) {
        case ParseResult.Parsed(ModelRequest request) -> request;
        case ParseResult.Invalid(String field, String message) ->
            throw new IllegalStateException(field + " " + message);
      };
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static PromptContent prompt() {
    try {
      return PromptContent.ofText(
          Files.readString(Path.of("prompts/rag_system.txt")),
          Bench.FAST_MODEL,
          Optional.empty(),
          100);
    } catch (IOException e) {
      throw new IllegalStateException("run it from the project's folder", e);
    }
  }
}
