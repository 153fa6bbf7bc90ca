package dev.tollgate.cli.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.lambda.LambdaInvocation;
import dev.tollgate.lambda.LambdaInvocation.SigningCredentials;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;

/** A Lambda function, invoked directly. */
public final class LambdaFunction {
  /** The environment variable with the URL of the local cloud's Lambda API. */
  static final String LOCAL_URL_VARIABLE = "LAMBDA_URL";

  private static final Duration RESPONSE_TIMEOUT = Duration.ofSeconds(60);

  private final URI endpoint;
  private final Optional<SigningCredentials> signature;

  private LambdaFunction(URI endpoint, Optional<SigningCredentials> signature) {
    this.endpoint = endpoint;
    this.signature = signature;
  }

  /** A function of the local cloud. It has no stack prefix, and requests are not signed. */
  static LambdaFunction local(String url, String function) {
    String name = function.substring(function.lastIndexOf('-') + 1);
    return new LambdaFunction(
        new BaseUrl(LOCAL_URL_VARIABLE, url).resolve(LambdaInvocation.path(name)),
        Optional.empty());
  }

  /** A function of the AWS account that this shell is signed in to. */
  static LambdaFunction aws(Optional<String> region, String function) {
    Region resolvedRegion;
    try {
      resolvedRegion =
          region.map(Region::of).orElseGet(() -> new DefaultAwsRegionProviderChain().getRegion());
    } catch (SdkException e) {
      throw new CommandException(
          "No AWS region is set. Use --region, or set LAMBDA_URL for a local cloud.", e);
    }
    try (DefaultCredentialsProvider provider = DefaultCredentialsProvider.builder().build()) {
      return aws(resolvedRegion, provider.resolveCredentials(), function);
    } catch (SdkException e) {
      throw new CommandException(
          "This shell has no AWS credentials. Sign in, for example with `aws sso login`, or set"
              + " LAMBDA_URL for a local cloud. The AWS SDK reports:\n"
              + e.getMessage(),
          e);
    }
  }

  static LambdaFunction aws(Region region, AwsCredentials credentials, String function) {
    return new LambdaFunction(
        LambdaInvocation.endpoint(region).resolve(LambdaInvocation.path(function)),
        Optional.of(new SigningCredentials(region, credentials)));
  }

  /** Invokes the function and waits for its response. */
  public JsonNode invoke(JsonNode payload) {
    byte[] request = payload.toString().getBytes(StandardCharsets.UTF_8);
    try (HttpClient client = HttpClient.newHttpClient()) {
      return parseResponse(client.send(request(request), BodyHandlers.ofString()));
    } catch (IOException e) {
      String hint =
          signature.isPresent()
              ? "Check the region."
              : "Is it running? Check %s.".formatted(LOCAL_URL_VARIABLE);
      throw BaseUrl.unreachable(endpoint.toString(), hint, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandException("Interrupted.", e);
    }
  }

  HttpRequest request(byte[] body) {
    return LambdaInvocation.request(
        endpoint, LambdaInvocation.Type.REQUEST_RESPONSE, body, signature, RESPONSE_TIMEOUT);
  }

  private JsonNode parseResponse(HttpResponse<String> response) {
    JsonNode body;
    try {
      body = Json.read(response.body());
    } catch (JsonProcessingException e) {
      throw new CommandException(
          "%s returned status %d without JSON.".formatted(endpoint, response.statusCode()), e);
    }
    if (response.statusCode() != 200
        || response.headers().firstValue("x-amz-function-error").isPresent()
        || body.has("error")) {
      throw new CommandException(errorMessage(body));
    }
    return body;
  }

  /** The message of Tollgate, of a failed function, or of Lambda itself. */
  private static String errorMessage(JsonNode body) {
    for (JsonNode message :
        new JsonNode[] {
          body.path("error").path("message"),
          body.path("errorMessage"),
          body.path("Message"),
          body.path("message")
        }) {
      if (message.isTextual()) {
        return message.textValue();
      }
    }
    return "Failed to invoke the function: " + body;
  }
}
