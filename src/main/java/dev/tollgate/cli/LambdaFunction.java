package dev.tollgate.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.regions.PartitionMetadata;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;

/**
 * A Lambda function, invoked directly by Lambda's Invoke API. The request is signed by the AWS SDK
 * but sent without its Lambda client, which is not among the project's libraries.
 */
final class LambdaFunction {
  /** The variable that says where the local cloud has its functions. */
  static final String LOCAL = "LAMBDA_URL";

  private static final String SERVICE = "lambda";
  private static final Duration ANSWER = Duration.ofSeconds(60);

  /** The JDK's client sets these itself and accepts them from nobody else. */
  private static final Set<String> OF_THE_CLIENT = Set.of("host", "content-length");

  private final URI endpoint;
  private final Optional<Signature> signature;

  private record Signature(Region region, AwsCredentials credentials) {}

  private LambdaFunction(URI endpoint, Optional<Signature> signature) {
    this.endpoint = endpoint;
    this.signature = signature;
  }

  /** A function of the local cloud, where names have no stack before them and nobody signs. */
  static LambdaFunction local(String url, String function) {
    String name = function.substring(function.lastIndexOf('-') + 1);
    return new LambdaFunction(new Address(LOCAL, url).resolve(path(name)), Optional.empty());
  }

  /** A function of the account that this shell's AWS settings lead to. */
  static LambdaFunction aws(Optional<String> region, String function) {
    Region where;
    try {
      where =
          region.map(Region::of).orElseGet(() -> new DefaultAwsRegionProviderChain().getRegion());
    } catch (SdkException e) {
      throw new CommandException(
          "no AWS region is set: give --region, or LAMBDA_URL for a local cloud", e);
    }
    try (DefaultCredentialsProvider provider = DefaultCredentialsProvider.builder().build()) {
      return aws(where, provider.resolveCredentials(), function);
    } catch (SdkException e) {
      throw new CommandException(
          "this shell has no AWS credentials: sign in, for example with `aws sso login`, or set"
              + " LAMBDA_URL for a local cloud. The AWS SDK says:\n"
              + e.getMessage(),
          e);
    }
  }

  static LambdaFunction aws(Region region, AwsCredentials credentials, String function) {
    String host =
        "%s.%s.%s".formatted(SERVICE, region.id(), PartitionMetadata.of(region).dnsSuffix());
    return new LambdaFunction(
        URI.create("https://" + host + path(function)),
        Optional.of(new Signature(region, credentials)));
  }

  private static String path(String function) {
    return Api.path("2015-03-31", "functions", function, "invocations");
  }

  /** Invokes it and waits for the answer; any failure is a {@link CommandException}. */
  JsonNode invoke(JsonNode payload) {
    byte[] body = payload.toString().getBytes(StandardCharsets.UTF_8);
    try (HttpClient client = HttpClient.newHttpClient()) {
      return answer(client.send(request(body), BodyHandlers.ofString()));
    } catch (IOException e) {
      String question =
          signature.isPresent()
              ? "is the region right?"
              : "is it running, and is %s right?".formatted(LOCAL);
      throw Address.unreachable(endpoint.toString(), question, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandException("interrupted", e);
    }
  }

  HttpRequest request(byte[] body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(endpoint)
            .timeout(ANSWER)
            .POST(BodyPublishers.ofByteArray(body))
            .header("content-type", "application/json");
    signature.ifPresent(
        with ->
            signed(with, endpoint, body)
                .forEachHeader(
                    (name, values) -> {
                      if (!OF_THE_CLIENT.contains(name.toLowerCase(Locale.ROOT))) {
                        request.setHeader(name, String.join(",", values));
                      }
                    }));
    return request.build();
  }

  private static SdkHttpRequest signed(Signature with, URI endpoint, byte[] body) {
    SdkHttpRequest request =
        SdkHttpRequest.builder()
            .uri(endpoint)
            .method(SdkHttpMethod.POST)
            .putHeader("content-type", "application/json")
            .build();
    return AwsV4HttpSigner.create()
        .sign(
            sign ->
                sign.identity(with.credentials())
                    .request(request)
                    .payload(ContentStreamProvider.fromByteArray(body))
                    .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, SERVICE)
                    .putProperty(AwsV4HttpSigner.REGION_NAME, with.region().id()))
        .request();
  }

  private JsonNode answer(HttpResponse<String> response) {
    JsonNode answer;
    try {
      answer = Json.read(response.body());
    } catch (JsonProcessingException e) {
      throw new CommandException(
          "%s answered %d with something that is not JSON"
              .formatted(endpoint, response.statusCode()),
          e);
    }
    if (response.statusCode() != 200
        || response.headers().firstValue("x-amz-function-error").isPresent()
        || answer.has("error")) {
      throw new CommandException(problem(answer));
    }
    return answer;
  }

  /** Tollgate's own words, those of a function that failed, or those of Lambda itself. */
  private static String problem(JsonNode answer) {
    for (JsonNode message :
        new JsonNode[] {
          answer.path("error").path("message"),
          answer.path("errorMessage"),
          answer.path("Message"),
          answer.path("message")
        }) {
      if (message.isTextual()) {
        return message.textValue();
      }
    }
    return "the invocation failed: " + answer;
  }
}
