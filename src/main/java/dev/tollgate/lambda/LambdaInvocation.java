package dev.tollgate.lambda;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.regions.PartitionMetadata;
import software.amazon.awssdk.regions.Region;

/**
 * A request to Lambda's Invoke API. The AWS SDK signs it, but the project has no Lambda client of
 * the SDK.
 */
public final class LambdaInvocation {
  private static final String SERVICE = "lambda";
  private static final String INVOCATION_TYPE_HEADER = "x-amz-invocation-type";

  /** The JDK's HTTP client sets these headers itself and rejects them from callers. */
  private static final Set<String> RESTRICTED_HEADERS = Set.of("host", "content-length");

  /** How a function is invoked. */
  public enum Type {
    /** Synchronous: the response has the status 200. */
    REQUEST_RESPONSE("RequestResponse"),
    /** Asynchronous: Lambda accepts the event with the status 202, and retries it. */
    EVENT("Event");

    private final String id;

    Type(String id) {
      this.id = id;
    }
  }

  /** The credentials that sign a request. */
  public record SigningCredentials(Region region, AwsCredentials credentials) {}

  private LambdaInvocation() {}

  /** The endpoint of Lambda in a region. */
  public static URI endpoint(Region region) {
    return URI.create(
        "https://%s.%s.%s"
            .formatted(SERVICE, region.id(), PartitionMetadata.of(region).dnsSuffix()));
  }

  /** The path that invokes a function. */
  public static String path(String function) {
    return "/2015-03-31/functions/%s/invocations"
        .formatted(URLEncoder.encode(function, StandardCharsets.UTF_8).replace("+", "%20"));
  }

  /**
   * The request that invokes a function.
   *
   * @param signature absent for a local cloud, which checks no signature
   */
  public static HttpRequest request(
      URI function,
      Type type,
      byte[] payload,
      Optional<SigningCredentials> signature,
      Duration timeout) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(function)
            .timeout(timeout)
            .POST(BodyPublishers.ofByteArray(payload))
            .header("content-type", "application/json")
            .header(INVOCATION_TYPE_HEADER, type.id);
    signature.ifPresent(
        with ->
            sign(with, function, type, payload)
                .forEachHeader(
                    (name, values) -> {
                      if (!RESTRICTED_HEADERS.contains(name.toLowerCase(Locale.ROOT))) {
                        request.setHeader(name, String.join(",", values));
                      }
                    }));
    return request.build();
  }

  private static SdkHttpRequest sign(
      SigningCredentials with, URI function, Type type, byte[] payload) {
    SdkHttpRequest request =
        SdkHttpRequest.builder()
            .uri(function)
            .method(SdkHttpMethod.POST)
            .putHeader("content-type", "application/json")
            .putHeader(INVOCATION_TYPE_HEADER, type.id)
            .build();
    return AwsV4HttpSigner.create()
        .sign(
            sign ->
                sign.identity(with.credentials())
                    .request(request)
                    .payload(ContentStreamProvider.fromByteArray(payload))
                    .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, SERVICE)
                    .putProperty(AwsV4HttpSigner.REGION_NAME, with.region().id()))
        .request();
  }
}
