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
 * A provider's HTTP API for streamed responses. The REST client returns only complete bodies. This
 * transport keeps the part that arrived before a break or the timeout, because the provider bills
 * it.
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

  /** The response, or the part of it that arrived. */
  sealed interface Received {
    record Complete(int status, Optional<Duration> retryAfter, String body) implements Received {}

    /** The connection failed before the request was sent. */
    record NotConnected() implements Received {}

    /** The connection broke. */
    record Truncated(String body) implements Received {}

    /** The timeout passed first. */
    record TimedOut(String body) implements Received {}
  }

  Received post(Map<String, String> headers, String body, Duration timeout) {
    ByteArrayOutputStream received = new ByteArrayOutputStream();
    // Each call has its own client: a pooled connection may have died while Lambda froze the
    // function.
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
      // Catches all exceptions of the client: every attempted call needs its record.
      LOG.warnf("Failed to receive the response of %s: %s", address.getHost(), e);
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
