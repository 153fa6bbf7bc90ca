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

/** Gives Lambda events with which it invokes functions by itself, and again if they fail. */
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
   * @param endpoint of a local cloud's Lambda
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
   * @param timeout how long Lambda may take to accept it
   * @throws NotAcceptedException if it does not; it may have the event all the same if its answer
   *     was lost
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
    // A new client, as a connection of before may have died while Lambda froze the function.
    HttpClient client = HttpClient.newBuilder().connectTimeout(timeout).build();
    try {
      // The request's own timeout ends with the answer's headers.
      HttpResponse<String> response =
          client
              .sendAsync(request, BodyHandlers.ofString())
              .get(timeout.toMillis(), TimeUnit.MILLISECONDS);
      if (response.statusCode() != ACCEPTED) {
        throw new NotAcceptedException(
            "Lambda answered %d for %s: %s"
                .formatted(response.statusCode(), function, response.body()));
      }
    } catch (ExecutionException | TimeoutException e) {
      throw new NotAcceptedException("Lambda could not be reached for " + function, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NotAcceptedException("interrupted while invoking " + function, e);
    } finally {
      client.shutdownNow();
    }
  }

  /** Lambda did not say that it has the event. */
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
