package dev.tollgate.local.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tollgate.local.Run;
import dev.tollgate.local.lambda.ResidentMemory;
import dev.tollgate.local.process.ChildProcesses;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A local cloud in a process of its own, started as {@code make run} starts it. */
final class CloudProcess implements AutoCloseable {
  private static final Duration START_TIMEOUT = Duration.ofMinutes(2);

  private final Path data;
  private final Process process;
  private final Duration startUp;
  private final JsonNode endpoints;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private CloudProcess(Path data, Process process, Duration startUp, JsonNode endpoints) {
    this.data = data;
    this.process = process;
    this.startUp = startUp;
    this.endpoints = endpoints;
  }

  static CloudProcess start(Path data) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xmx256m",
            "-Dsun.net.httpserver.nodelay=true",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            Run.class.getName(),
            data.toString()));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(Redirect.DISCARD);
    builder.environment().put("PORT", "0");
    // The figures are about Tollgate, so a real model must not answer.
    builder.environment().remove("ANTHROPIC_API_KEY");
    builder.environment().remove("ANTHROPIC_BASE_URL");
    long begun = System.nanoTime();
    Process process = builder.start();
    Path endpoints = data.resolve("endpoints.json");
    while (!Files.exists(endpoints)) {
      if (!process.isAlive() || since(begun).compareTo(START_TIMEOUT) > 0) {
        process.destroy();
        throw new IOException("The local cloud did not start: `make run` says why");
      }
      Thread.sleep(10);
    }
    return new CloudProcess(
        data, process, since(begun), new ObjectMapper().readTree(endpoints.toFile()));
  }

  Duration startUp() {
    return startUp;
  }

  /** Bytes in memory of the local cloud and all that it started; pages they share count twice. */
  long memory() throws IOException {
    return memory(Stream.concat(Stream.of(process.toHandle()), process.descendants()).toList());
  }

  /** The same of each process that the local cloud started, with those that it started itself. */
  Map<String, Long> memoryByProcess() throws IOException {
    Map<String, Long> bytes = new TreeMap<>();
    bytes.put("gateway and simulated model", memory(List.of(process.toHandle())));
    for (Map.Entry<Long, String> child :
        ChildProcesses.listProcesses(data, process.pid()).entrySet()) {
      Optional<ProcessHandle> handle = ProcessHandle.of(child.getKey());
      if (handle.isPresent()) {
        bytes.put(
            child.getValue(),
            memory(Stream.concat(handle.stream(), handle.get().descendants()).toList()));
      }
    }
    return bytes;
  }

  private static long memory(List<ProcessHandle> processes) throws IOException {
    long bytes = 0;
    for (ProcessHandle each : processes) {
      bytes += ResidentMemory.of(each.pid());
    }
    return bytes;
  }

  /** Sends a request of the Messages API and waits for its answer. */
  void messages(String body) throws IOException, InterruptedException {
    post("url", body);
  }

  /** The same with nothing between the caller and the model. */
  void messagesDirectly(String body) throws IOException, InterruptedException {
    post("simulated_model", body);
  }

  private void post(String server, String body) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(endpoints.path(server).asText()).resolve("/v1/messages"))
            .header("x-api-key", endpoints.path("keys").path("invoke").asText())
            .header("anthropic-version", "2023-06-01")
            .POST(BodyPublishers.ofString(body))
            .build();
    HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
    if (response.statusCode() >= 300) {
      throw new IOException(server + " answered " + response.statusCode() + ": " + response.body());
    }
  }

  private static Duration since(long begun) {
    return Duration.ofNanos(System.nanoTime() - begun);
  }

  @Override
  public void close() {
    client.close();
    process.destroy();
    try {
      process.waitFor(30, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
