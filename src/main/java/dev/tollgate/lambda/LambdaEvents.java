package dev.tollgate.lambda;

import dev.tollgate.lambda.LambdaInvocation.Signature;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import software.amazon.awssdk.auth.credentials.EnvironmentVariableCredentialsProvider;
import software.amazon.awssdk.regions.Region;

/** Gives Lambda events with which it invokes functions by itself, and again if they fail. */
@Singleton
public class LambdaEvents {
  private static final int ACCEPTED = 202;

  private final String region;
  private final Optional<URI> endpoint;

  /**
   * @param endpoint of a local cloud's Lambda
   */
  LambdaEvents(
      @ConfigProperty(name = "aws.region") String region,
      @ConfigProperty(name = "aws.endpoint.url.lambda") Optional<URI> endpoint) {
    this.region = region;
    this.endpoint = endpoint;
  }

  /**
   * Sends an event.
   *
   * @param event JSON, of at most 1 MB
   * @param patience how long Lambda may take to accept it
   * @throws NotAcceptedException if it does not; it may have the event all the same if its answer
   *     was lost
   */
  public void send(String function, byte[] event, Duration patience) {
    Region where = Region.of(region);
    URI url =
        endpoint
            .orElseGet(() -> LambdaInvocation.endpoint(where))
            .resolve(LambdaInvocation.path(function));
    // A new client, as a connection of before may have died while Lambda froze the function.
    try (HttpClient client = HttpClient.newBuilder().connectTimeout(patience).build()) {
      HttpResponse<String> answer =
          client.send(
              LambdaInvocation.request(
                  url,
                  LambdaInvocation.Type.EVENT,
                  event,
                  Optional.of(
                      new Signature(
                          where,
                          EnvironmentVariableCredentialsProvider.create().resolveCredentials())),
                  patience),
              BodyHandlers.ofString());
      if (answer.statusCode() != ACCEPTED) {
        throw new NotAcceptedException(
            "Lambda answered %d for %s: %s"
                .formatted(answer.statusCode(), function, answer.body()));
      }
    } catch (IOException e) {
      throw new NotAcceptedException("Lambda could not be reached for " + function, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NotAcceptedException("interrupted while invoking " + function, e);
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
