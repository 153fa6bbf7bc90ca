package dev.tollgate.local.engine;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Finds a port without a listener. */
final class FreePort {
  // Below the range from which systems take the ports of outgoing connections. A port of that range
  // can be lost while an engine is stopped, even to a client that retries until it meets itself.
  private static final int MIN_PORT = 20_000;
  private static final int MAX_PORT = 32_000;
  private static final int MAX_TRIES = 200;

  private FreePort() {}

  static int pick() throws IOException {
    IOException last = new IOException("No port was tried");
    for (int i = 0; i < MAX_TRIES; i++) {
      int port = ThreadLocalRandom.current().nextInt(MIN_PORT, MAX_PORT);
      try (var socket = new ServerSocket()) {
        socket.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port));
        return port;
      } catch (IOException e) {
        last = e;
      }
    }
    throw new IOException("No free port between " + MIN_PORT + " and " + MAX_PORT, last);
  }
}
