package dev.tollgate.cli.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.regions.Region;

final class LambdaFunctionTest {
  private static final byte[] BODY = "{}".getBytes(StandardCharsets.UTF_8);

  @Test
  void signsARequestForLambdaInItsRegion() {
    HttpRequest request =
        LambdaFunction.aws(
                Region.EU_WEST_1,
                AwsSessionCredentials.create("AKIDEXAMPLE", "secret", "token"),
                "tollgate-promptAdmin")
            .request(BODY);

    assertEquals(
        "https://lambda.eu-west-1.amazonaws.com"
            + "/2015-03-31/functions/tollgate-promptAdmin/invocations",
        request.uri().toString());
    String authorization = header(request, "authorization");
    assertTrue(
        authorization.matches(
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/\\d{8}/eu-west-1/lambda/aws4_request, "
                + "SignedHeaders=[a-z0-9;-]*host[a-z0-9;-]*, Signature=[0-9a-f]{64}"),
        authorization);
    assertEquals("token", header(request, "x-amz-security-token"));
    assertTrue(header(request, "x-amz-date").matches("\\d{8}T\\d{6}Z"));
  }

  @Test
  void usesTheDomainOfChina() {
    assertEquals(
        "lambda.cn-north-1.amazonaws.com.cn",
        LambdaFunction.aws(
                Region.CN_NORTH_1, AwsSessionCredentials.create("a", "b", "c"), "promptAdmin")
            .request(BODY)
            .uri()
            .getHost());
  }

  @Test
  void removesTheStackPrefixForTheLocalCloud() {
    HttpRequest request =
        LambdaFunction.local("http://127.0.0.1:9001", "tollgate-promptAdmin").request(BODY);

    assertEquals(
        "http://127.0.0.1:9001/2015-03-31/functions/promptAdmin/invocations",
        request.uri().toString());
    assertEquals("", header(request, "authorization"));
  }

  private static String header(HttpRequest request, String name) {
    return request.headers().firstValue(name).orElse("");
  }
}
