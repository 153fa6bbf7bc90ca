package dev.tollgate.local.lambda;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** Gives each process of a debugged function a port on loopback, the lowest free one from 5005. */
final class DebugPorts {
  static final String HOST = "127.0.0.1";

  private static final int FIRST = 5005;
  private static final int LAST = 5099;

  // A process listens within a second. Until then its port looks free.
  private static final Duration CLAIM = Duration.ofSeconds(5);

  private final Map<Integer, Long> claims = new HashMap<>(); // By System.nanoTime().

  synchronized int next() throws IOException {
    long now = System.nanoTime();
    claims.values().removeIf(since -> now - since >= CLAIM.toNanos());
    for (int port = FIRST; port <= LAST; port++) {
      if (!claims.containsKey(port) && isFree(port)) {
        claims.put(port, now);
        return port;
      }
    }
    throw new IOException("No port from " + FIRST + " to " + LAST + " is free for a debugger");
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.ofLiteral(HOST), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
