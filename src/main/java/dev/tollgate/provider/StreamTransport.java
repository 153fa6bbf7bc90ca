package dev.tollgate.provider;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;

/**
 * A provider's HTTP API for answers in streams. The REST client hands over a body whole or not at
 * all; this keeps what came before a cut or the deadline, since the provider bills it.
 */
final class StreamTransport {
  private static final Logger LOG = Logger.getLogger(StreamTransport.class);

  private final URI address;
  private final Duration connectTimeout;
  private final Clock clock;

  StreamTransport(URI address, Duration connectTimeout, Clock clock) {
    this.address = address;
    this.connectTimeout = connectTimeout;
    this.clock = clock;
  }

  /** What came back, as far as it came. */
  sealed interface Received {
    record Complete(int status, Optional<Duration> retryAfter, String body) implements Received {}

    /** No connection was made, so that nothing was sent either. */
    record NotConnected() implements Received {}

    /** The connection failed. */
    record Truncated(String body) implements Received {}

    /** The deadline was there first. */
    record TimedOut(String body) implements Received {}
  }

  Received post(Map<String, String> headers, String body, Duration timeout) {
    ByteArrayOutputStream received = new ByteArrayOutputStream();
    // A client of its own for each call: a connection kept from a call before may have died while
    // Lambda froze the function.
    HttpClient client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(connectTimeout)
            .build();
    try {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(address)
              .header("content-type", "application/json")
              .POST(BodyPublishers.ofString(body));
      headers.forEach(request::header);
      HttpResponse<Void> response =
          client
              .sendAsync(
                  request.build(),
                  BodyHandlers.ofByteArrayConsumer(bytes -> bytes.ifPresent(received::writeBytes)))
              .get(timeout.toMillis(), TimeUnit.MILLISECONDS);
      return new Received.Complete(
          response.statusCode(),
          RetryAfter.parse(response.headers()::firstValue, clock.instant()),
          received.toString(StandardCharsets.UTF_8));
    } catch (TimeoutException e) {
      return new Received.TimedOut(received.toString(StandardCharsets.UTF_8));
    } catch (ExecutionException | RuntimeException e) {
      // Catches everything that the client throws: each attempt must end in a record.
      LOG.warnf("Failed to read the model provider's stream: %s", e);
      return ProviderHttp.isConnectFailure(e)
          ? new Received.NotConnected()
          : new Received.Truncated(received.toString(StandardCharsets.UTF_8));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Received.Truncated(received.toString(StandardCharsets.UTF_8));
    } finally {
      client.shutdownNow();
    }
  }
}
