package dev.tollgate.local.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Before a server that says everything again. */
@Timeout(30)
final class FaultProxyTest {
  private static final int A_MOMENT_MS = 200;

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final ServerSocket server;
  private final FaultProxy proxy;

  FaultProxyTest() throws IOException {
    server = new ServerSocket(0, 8, InetAddress.ofLiteral("127.0.0.1"));
    proxy = FaultProxy.before(server.getLocalPort());
    threads.execute(this::echo);
  }

  private void echo() {
    while (!server.isClosed()) {
      try {
        Socket caller = server.accept();
        threads.execute(
            () -> {
              try (caller) {
                caller.getInputStream().transferTo(caller.getOutputStream());
              } catch (IOException e) {
                // Cut on purpose.
              }
            });
      } catch (IOException e) {
        // Closed.
      }
    }
  }

  @AfterEach
  void stop() throws IOException {
    proxy.close();
    server.close();
    threads.shutdownNow();
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket();
    socket.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), proxy.port()));
    socket.setSoTimeout(A_MOMENT_MS * 10);
    return socket;
  }

  private static int say(Socket socket, int word) throws IOException {
    socket.getOutputStream().write(word);
    return socket.getInputStream().read();
  }

  @Test
  void healthyNetworkForwardsEverything() throws IOException {
    try (Socket socket = connect()) {
      assertEquals(1, say(socket, 1));
      assertEquals(2, say(socket, 2));
    }
  }

  @Test
  void closesBothSidesTogether() throws IOException {
    try (Socket socket = connect()) {
      assertEquals(1, say(socket, 1));
      socket.shutdownOutput();

      assertEquals(-1, socket.getInputStream().read());
    }
  }

  @Test
  void silentNetworkDeliversAfterRecovery() throws IOException {
    try (Socket socket = connect()) {
      assertEquals(1, say(socket, 1));
      proxy.silence();
      socket.setSoTimeout(A_MOMENT_MS);
      assertThrows(SocketTimeoutException.class, () -> say(socket, 2));
      proxy.heal();

      socket.setSoTimeout(0);
      assertEquals(2, socket.getInputStream().read());
    }
  }

  @Test
  void slowNetworkDeliversEverything() throws IOException {
    proxy.slow(Duration.ofMillis(20));
    try (Socket socket = connect()) {
      assertEquals(1, say(socket, 1));
      assertEquals(2, say(socket, 2));
    }
  }

  @Test
  void cutNetworkClosesOldAndNewConnections() throws IOException {
    try (Socket before = connect()) {
      assertEquals(1, say(before, 1));
      proxy.cut();
      assertTrue(isCut(before));
      try (Socket during = connect()) {
        assertTrue(isCut(during));
      }
      proxy.heal();
    }
    try (Socket after = connect()) {
      assertEquals(3, say(after, 3));
    }
  }

  private static boolean isCut(Socket socket) {
    try {
      return say(socket, 9) == -1;
    } catch (SocketTimeoutException e) {
      throw new UncheckedIOException(e);
    } catch (IOException e) {
      return true;
    }
  }
}
