package dev.tollgate.local.chaos;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A TCP proxy on loopback whose network can be made slow, silent or broken. What a silent network
 * holds back arrives when it heals, as TCP would send it again.
 */
public final class FaultProxy implements AutoCloseable {
  private static final int CHUNK = 16 * 1024;

  private final InetSocketAddress target;
  private final ServerSocket server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private Network network = new Network.Healthy();

  private FaultProxy(InetSocketAddress target, ServerSocket server) {
    this.target = target;
    this.server = server;
  }

  private sealed interface Network {
    record Healthy() implements Network {}

    /** What is sent arrives so much later. */
    record Slow(Duration delay) implements Network {}

    /** Connections are made, and nothing arrives. */
    record Silent() implements Network {}

    /** Connections break at once. */
    record Broken() implements Network {}
  }

  /** Starts one on a free port, before a server on this machine. */
  public static FaultProxy before(int port) throws IOException {
    InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
    FaultProxy proxy =
        new FaultProxy(new InetSocketAddress(loopback, port), new ServerSocket(0, 64, loopback));
    proxy.threads.execute(proxy::accept);
    return proxy;
  }

  public int port() {
    return server.getLocalPort();
  }

  public void slow(Duration delay) {
    setNetwork(new Network.Slow(delay));
  }

  public void silence() {
    setNetwork(new Network.Silent());
  }

  /** Cuts all connections, and each new one. */
  public void cut() {
    setNetwork(new Network.Broken());
    open.forEach(FaultProxy::close);
  }

  public void heal() {
    setNetwork(new Network.Healthy());
  }

  private synchronized void setNetwork(Network next) {
    network = next;
    notifyAll();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket caller = server.accept();
        threads.execute(() -> connect(caller));
      } catch (IOException e) {
        // Closed, which the loop sees.
      }
    }
  }

  private void connect(Socket caller) {
    Socket callee = new Socket();
    try (caller;
        callee) {
      open.add(caller);
      open.add(callee);
      if (currentNetwork() instanceof Network.Broken) {
        return;
      }
      callee.connect(target);
      caller.setTcpNoDelay(true);
      callee.setTcpNoDelay(true);
      var back = threads.submit(() -> forward(callee, caller));
      forward(caller, callee);
      back.get();
    } catch (IOException | ExecutionException e) {
      // The server is down, and its caller learns so by the connection's end.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      open.remove(caller);
      open.remove(callee);
    }
  }

  /** Passes on what one side sends until one of them ends, which ends both. */
  private void forward(Socket from, Socket to) {
    byte[] chunk = new byte[CHUNK];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int length = in.read(chunk); length >= 0; length = in.read(chunk)) {
        applyDelay();
        out.write(chunk, 0, length);
      }
      applyDelay();
    } catch (IOException e) {
      // Either side may go at any time.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void applyDelay() throws InterruptedException {
    if (awaitAudible() instanceof Network.Slow(Duration delay)) {
      Thread.sleep(delay);
    }
  }

  private synchronized Network awaitAudible() throws InterruptedException {
    while (network instanceof Network.Silent) {
      wait();
    }
    return network;
  }

  private synchronized Network currentNetwork() {
    return network;
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is gone.
    }
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      // The port is closed, as intended.
    }
    open.forEach(FaultProxy::close);
    threads.shutdownNow();
  }
}
