package dev.tollgate.local.engine;

import dev.tollgate.local.process.ChildProcesses;
import dev.tollgate.local.process.TerminationSignal;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A Redis or Valkey server that keeps its contents over an orderly stop and forgets them in a
 * crash, as a cache may.
 */
public final class RedisServer implements AutoCloseable {
  private static final String SNAPSHOT = "dump.rdb";
  private static final int TIMEOUT_MS = 2000;

  private final EngineProcess process;

  private RedisServer(EngineProcess process) {
    this.process = process;
  }

  /** Starts it and waits until it answers PING. */
  public static RedisServer start(ChildProcesses children, Path data)
      throws IOException, InterruptedException {
    Path folder = Files.createDirectories(data.resolve("redis")).toAbsolutePath();
    Path binary = RedisBinary.find();
    var plan =
        new EngineProcess.EngineSpec(
            "Redis",
            "redis",
            TerminationSignal.TERM,
            port -> command(binary, port, folder),
            (process, port, _) -> isReady(process, port, folder));
    try {
      return new RedisServer(EngineProcess.start(children, plan));
    } catch (EngineStartException e) {
      // A newer Redis than today's may have written the snapshot, and a cache must not stop the
      // start.
      if (!Files.deleteIfExists(folder.resolve(SNAPSHOT))) {
        throw e;
      }
      return new RedisServer(EngineProcess.start(children, plan));
    }
  }

  public URI url() {
    return URI.create("redis://127.0.0.1:" + process.port());
  }

  /** Stops it until {@link #restart}. */
  public void stop() {
    process.stop();
  }

  /** Kills it, until {@link #restart}. */
  public void kill() throws InterruptedException {
    process.kill();
  }

  /** Starts it again on the same port. */
  public void restart() {
    process.restart();
  }

  @Override
  public void close() {
    stop();
  }

  private static ProcessBuilder command(Path binary, int port, Path folder) {
    return new ProcessBuilder(
            binary.toString(),
            "--bind",
            "127.0.0.1",
            "--port",
            Integer.toString(port),
            "--maxmemory",
            "128mb",
            "--maxmemory-policy",
            "allkeys-lru",
            // Redis saves on shutdown only if it has a save rule. One change a year means never
            // otherwise.
            "--save",
            "31536000",
            "1",
            "--dir",
            folder.toString(),
            "--dbfilename",
            SNAPSHOT)
        .directory(folder.toFile());
  }

  private static boolean isReady(Process process, int port, Path folder) throws IOException {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), TIMEOUT_MS);
      socket.setSoTimeout(TIMEOUT_MS);
      socket
          .getOutputStream()
          .write("PING\r\nINFO server\r\nQUIT\r\n".getBytes(StandardCharsets.US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      // While it loads its snapshot it answers -LOADING.
      boolean ready =
          answer.startsWith("+PONG") && answer.contains("process_id:" + process.pid() + "\r\n");
      if (ready) {
        // Were it killed now, the next start would bring back what has been deleted since.
        Files.deleteIfExists(folder.resolve(SNAPSHOT));
      }
      return ready;
    }
  }
}
