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
 * A request to Lambda's Invoke API. It is signed by the AWS SDK but sent without its Lambda client,
 * which is not among the project's libraries.
 */
public final class LambdaInvocation {
  private static final String SERVICE = "lambda";
  private static final String INVOCATION_TYPE_HEADER = "x-amz-invocation-type";

  /** The JDK's client sets these itself and accepts them from nobody else. */
  private static final Set<String> RESTRICTED_HEADERS = Set.of("host", "content-length");

  /** How a function is invoked. */
  public enum Type {
    /** The answer is waited for, and comes with status 200. */
    REQUEST_RESPONSE("RequestResponse"),
    /** Lambda takes the event, says so with status 202, and retries it by itself. */
    EVENT("Event");

    private final String id;

    Type(String id) {
      this.id = id;
    }
  }

  /** In whose name a request is sent. */
  public record SigningCredentials(Region region, AwsCredentials credentials) {}

  private LambdaInvocation() {}

  /** Where Lambda is in a region. */
  public static URI endpoint(Region region) {
    return URI.create(
        "https://%s.%s.%s"
            .formatted(SERVICE, region.id(), PartitionMetadata.of(region).dnsSuffix()));
  }

  /** The path at which a function is invoked. */
  public static String path(String function) {
    return "/2015-03-31/functions/%s/invocations"
        .formatted(URLEncoder.encode(function, StandardCharsets.UTF_8).replace("+", "%20"));
  }

  /**
   * The request that invokes a function.
   *
   * @param signature absent for a local cloud, where nobody signs
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
