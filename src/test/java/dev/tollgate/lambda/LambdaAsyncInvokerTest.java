package dev.tollgate.lambda;

import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tollgate.lambda.LambdaAsyncInvoker.NotAcceptedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;

final class LambdaAsyncInvokerTest {
  @Test
  @Timeout(20)
  void timesOutOnEndlessResponse() throws IOException {
    try (ServerSocket lambda = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread.startVirtualThread(() -> begin(lambda));
      LambdaAsyncInvoker events =
          new LambdaAsyncInvoker(
              "eu-west-1",
              Optional.of(URI.create("http://127.0.0.1:" + lambda.getLocalPort())),
              () -> AwsBasicCredentials.create("id", "secret"));

      assertThrows(
          NotAcceptedException.class,
          () -> events.invoke("regression", new byte[0], Duration.ofMillis(300)));
    }
  }

  private static void begin(ServerSocket lambda) {
    try {
      Socket caller = lambda.accept();
      caller
          .getOutputStream()
          .write(
              "HTTP/1.1 202 Accepted\r\ncontent-length: 9\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
