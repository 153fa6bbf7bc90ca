package dev.tollgate.local.engine;

import dev.tollgate.local.process.ChildProcesses;
import dev.tollgate.local.process.TerminationSignal;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;

/**
 * DynamoDB Local in a JVM of its own: its log4j, Jackson and Jetty do not get along with the
 * application's. Tables are files under the data folder.
 */
public final class DynamoDbLocal implements AutoCloseable {
  private final EngineProcess process;

  private DynamoDbLocal(EngineProcess process) {
    this.process = process;
  }

  /**
   * Starts it and waits until it lists its tables.
   *
   * @param libraries the folder of its jars, as {@code infra/local/pom.xml} copies them
   */
  public static DynamoDbLocal start(ChildProcesses children, Path libraries, Path data)
      throws IOException, InterruptedException {
    if (!Files.isDirectory(libraries)) {
      throw new IOException(
          "DynamoDB Local is not in %s: run `mvn -f infra/local/pom.xml package`"
              .formatted(libraries));
    }
    Path folder = Files.createDirectories(data.resolve("dynamodb")).toAbsolutePath();
    Path tables = Files.createDirectories(folder.resolve("tables"));
    Path main = Files.createDirectories(folder.resolve("main"));
    Path temporary = recreateFolder(folder.resolve("tmp"));
    copyMainClass(main);
    var client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    try (client) {
      return new DynamoDbLocal(
          EngineProcess.start(
              children,
              new EngineProcess.EngineSpec(
                  "DynamoDB Local",
                  "dynamodb",
                  TerminationSignal.TERM,
                  port -> command(port, libraries.toAbsolutePath(), main, tables, temporary),
                  (_, port, log) ->
                      log.contains(DynamoDbLocalMain.READY + port) && listsTables(client, port))));
    }
  }

  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + process.port());
  }

  @Override
  public void close() {
    process.stop();
  }

  private static ProcessBuilder command(
      int port, Path libraries, Path main, Path tables, Path temporary) {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx128m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            // It unpacks SQLite for this system from its own jar, and leaves it there when killed.
            "-Djava.io.tmpdir=" + temporary,
            "-cp",
            libraries + "/*" + File.pathSeparator + main,
            DynamoDbLocalMain.class.getName(),
            "-sharedDb",
            "-disableTelemetry",
            "-port",
            Integer.toString(port),
            "-dbPath",
            tables.toString())
        .directory(tables.toFile());
  }

  private static boolean listsTables(HttpClient client, int port)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/"))
            .timeout(Duration.ofSeconds(10))
            .header("Content-Type", "application/x-amz-json-1.0")
            .header("X-Amz-Target", "DynamoDB_20120810.ListTables")
            .header(
                "Authorization",
                "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request,"
                    + " SignedHeaders=host, Signature=0")
            .POST(HttpRequest.BodyPublishers.ofString("{}"))
            .build();
    return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
  }

  /** Gives the child our one class without the rest of our class path. */
  private static void copyMainClass(Path folder) throws IOException {
    String file = DynamoDbLocalMain.class.getName().replace('.', '/') + ".class";
    Path target = folder.resolve(file);
    Files.createDirectories(target.resolveSibling("."));
    try (InputStream source =
        DynamoDbLocalMain.class.getResourceAsStream(
            DynamoDbLocalMain.class.getSimpleName() + ".class")) {
      if (source == null) {
        throw new IOException("The local cloud's own classes are incomplete: " + file);
      }
      Files.copy(source, target, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static Path recreateFolder(Path folder) throws IOException {
    FileTree.delete(folder);
    return Files.createDirectories(folder);
  }
}
