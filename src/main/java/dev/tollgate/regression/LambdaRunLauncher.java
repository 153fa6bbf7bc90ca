package dev.tollgate.regression;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.tollgate.lambda.LambdaInvocation;
import dev.tollgate.lambda.LambdaInvocation.Signature;
import dev.tollgate.prompt.PromptName;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import software.amazon.awssdk.auth.credentials.EnvironmentVariableCredentialsProvider;
import software.amazon.awssdk.regions.Region;

/** Has {@code nightlyRegression} work on runs, by asynchronous invocations. */
@Singleton
class LambdaRunLauncher implements RunLauncher {
  private static final Duration ANSWER = Duration.ofSeconds(5);
  private static final int ACCEPTED = 202;

  private final String function;
  private final String region;
  private final Optional<URI> endpoint;

  /**
   * @param endpoint of a local cloud's Lambda
   */
  LambdaRunLauncher(
      @ConfigProperty(name = "tollgate.regression.function") String function,
      @ConfigProperty(name = "aws.region") String region,
      @ConfigProperty(name = "aws.endpoint.url.lambda") Optional<URI> endpoint) {
    this.function = function;
    this.region = region;
    this.endpoint = endpoint;
  }

  @Override
  public void launch(PromptName prompt, RunId run, int hop) {
    byte[] event =
        JsonNodeFactory.instance
            .objectNode()
            .put("action", "run")
            .put("prompt", prompt.value())
            .put("run_id", run.value())
            .put("hop", hop)
            .put("token", UUID.randomUUID().toString())
            .toString()
            .getBytes(StandardCharsets.UTF_8);
    Region where = Region.of(region);
    URI url =
        endpoint
            .orElseGet(() -> LambdaInvocation.endpoint(where))
            .resolve(LambdaInvocation.path(function));
    // A new client, as a connection of before may have died while Lambda froze the function.
    try (HttpClient client = HttpClient.newHttpClient()) {
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
                  ANSWER),
              BodyHandlers.ofString());
      if (answer.statusCode() != ACCEPTED) {
        throw new NotLaunchedException(
            "Lambda answered %d for %s: %s"
                .formatted(answer.statusCode(), function, answer.body()));
      }
    } catch (IOException e) {
      throw new NotLaunchedException("Lambda could not be reached for " + function, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NotLaunchedException("interrupted while invoking " + function, e);
    }
  }
}
