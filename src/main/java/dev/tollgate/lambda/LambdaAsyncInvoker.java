package dev.tollgate.lambda;

import dev.tollgate.lambda.LambdaInvocation.SigningCredentials;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.EnvironmentVariableCredentialsProvider;
import software.amazon.awssdk.regions.Region;

/**
 * Invokes functions asynchronously: Lambda queues the event and retries it if the function fails.
 */
@Singleton
public class LambdaAsyncInvoker {
  private static final int ACCEPTED = 202;

  private final String region;
  private final Optional<URI> endpoint;
  private final AwsCredentialsProvider credentials;

  @Inject
  LambdaAsyncInvoker(
      @ConfigProperty(name = "aws.region") String region,
      @ConfigProperty(name = "aws.endpoint.url.lambda") Optional<URI> endpoint) {
    this(region, endpoint, EnvironmentVariableCredentialsProvider.create());
  }

  /**
   * @param endpoint the endpoint of a local Lambda, instead of AWS
   */
  LambdaAsyncInvoker(String region, Optional<URI> endpoint, AwsCredentialsProvider credentials) {
    this.region = region;
    this.endpoint = endpoint;
    this.credentials = credentials;
  }

  /**
   * Sends an event.
   *
   * @param event JSON, of at most 1 MB
   * @param timeout how long Lambda may take to accept the event
   * @throws NotAcceptedException if it does not; if only its response was lost, the event is queued
   *     nevertheless
   */
  public void invoke(String function, byte[] event, Duration timeout) {
    Region awsRegion = Region.of(region);
    URI url =
        endpoint
            .orElseGet(() -> LambdaInvocation.endpoint(awsRegion))
            .resolve(LambdaInvocation.path(function));
    HttpRequest request =
        LambdaInvocation.request(
            url,
            LambdaInvocation.Type.EVENT,
            event,
            Optional.of(new SigningCredentials(awsRegion, credentials.resolveCredentials())),
            timeout);
    // A new client: an open connection may have died while Lambda froze the function.
    HttpClient client = HttpClient.newBuilder().connectTimeout(timeout).build();
    try {
      // The timeout of the request ends with the headers of the response.
      HttpResponse<String> response =
          client
              .sendAsync(request, BodyHandlers.ofString())
              .get(timeout.toMillis(), TimeUnit.MILLISECONDS);
      if (response.statusCode() != ACCEPTED) {
        throw new NotAcceptedException(
            "Lambda rejected the invocation of %s with status %d: %s"
                .formatted(function, response.statusCode(), response.body()));
      }
    } catch (ExecutionException | TimeoutException e) {
      throw new NotAcceptedException("failed to reach Lambda to invoke " + function, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NotAcceptedException("interrupted while invoking " + function, e);
    } finally {
      client.shutdownNow();
    }
  }

  /** Lambda did not confirm the event. */
  public static final class NotAcceptedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NotAcceptedException(String message) {
      super(message);
    }

    NotAcceptedException(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
