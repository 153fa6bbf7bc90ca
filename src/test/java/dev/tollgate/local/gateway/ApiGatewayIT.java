package dev.tollgate.local.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.local.lambda.FakeLambda;
import dev.tollgate.local.lambda.LambdaService;
import dev.tollgate.local.template.SamTemplate;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ApiGatewayIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TEMPLATE =
      """
      Resources:
        Api:
          Type: AWS::Serverless::Api
          Properties:
            StageName: live
            BinaryMediaTypes: [image~1png]
            MinimumCompressionSize: 1000
            GatewayResponses:
              MISSING_AUTHENTICATION_TOKEN:
                StatusCode: "404"
                ResponseTemplates:
                  application/json: '{"code":"route_not_found","id":"$context.requestId"}'
              DEFAULT_4XX:
                ResponseTemplates:
                  application/json: '{"refused":$context.error.messageString}'
              INTEGRATION_TIMEOUT:
                StatusCode: "504"
                ResponseParameters: {Headers: {Retry-After: "'1'"}}
        Trial:
          Type: AWS::Serverless::Function
          Properties:
            Timeout: 60
            Events:
              All: {Type: Api, Properties: {Path: "/v1/{proxy+}", Method: ANY}}
              Hasty:
                Type: Api
                Properties: {Path: /hasty, Method: post, TimeoutInMillis: 300}
      """;

  private final HttpClient client = HttpClient.newHttpClient();
  private SamTemplate template;
  private LambdaService lambda;
  private ApiGateway gateway;

  @SuppressWarnings("NullAway") // JUnit calls start before anything else.
  ApiGatewayIT() {}

  @BeforeAll
  void start(@TempDir Path folder) throws IOException {
    template = FakeLambda.template(folder, TEMPLATE);
    lambda = FakeLambda.start(template, folder);
    gateway = ApiGateway.start(template, lambda, 0);
  }

  @AfterAll
  void stop() {
    gateway.close();
    lambda.close();
  }

  @Test
  void functionGetsTheRequestAsProxyEvent() throws Exception {
    HttpResponse<String> answer =
        client.send(
            request("/v1/prompts/a%20b/invoke?x=1&x=2%2B3&y=a+b&z")
                .header("X-Tollgate-Endpoint", "one")
                .header("X-Tollgate-Endpoint", "two")
                .header("User-Agent", "trial/1")
                .POST(BodyPublishers.ofString("{\"text\":\"ü\"}"))
                .build(),
            BodyHandlers.ofString());
    JsonNode event = JSON.readTree(answer.body());

    assertEquals(200, answer.statusCode());
    assertEquals("/v1/{proxy+}", event.path("resource").asText());
    assertEquals("/v1/prompts/a%20b/invoke", event.path("path").asText());
    assertEquals("POST", event.path("httpMethod").asText());
    assertEquals("prompts/a%20b/invoke", event.path("pathParameters").path("proxy").asText());
    assertEquals(
        "{\"x\":\"2+3\",\"y\":\"a b\",\"z\":\"\"}", event.path("queryStringParameters").toString());
    assertEquals(
        "{\"x\":[\"1\",\"2+3\"],\"y\":[\"a b\"],\"z\":[\"\"]}",
        event.path("multiValueQueryStringParameters").toString());
    assertEquals("two", event.path("headers").path("X-tollgate-endpoint").asText());
    assertEquals(
        "[\"one\",\"two\"]",
        event.path("multiValueHeaders").path("X-tollgate-endpoint").toString());
    assertFalse(event.path("headers").has("Connection"));
    assertEquals("{\"text\":\"ü\"}", event.path("body").asText());
    assertFalse(event.path("isBase64Encoded").asBoolean());
    assertTrue(event.path("stageVariables").isNull());
    JsonNode context = event.path("requestContext");
    assertEquals("live", context.path("stage").asText());
    assertEquals("/live/v1/prompts/a%20b/invoke", context.path("path").asText());
    assertEquals("127.0.0.1", context.path("identity").path("sourceIp").asText());
    assertEquals("trial/1", context.path("identity").path("userAgent").asText());
    assertEquals(
        context.path("requestId").asText(),
        answer.headers().firstValue("x-amzn-RequestId").orElseThrow());
  }

  @Test
  void absentRequestPartsAreNull() throws Exception {
    HttpResponse<String> answer =
        client.send(request("/v1/x").GET().build(), BodyHandlers.ofString());
    JsonNode event = JSON.readTree(answer.body());

    for (String name :
        List.of("body", "queryStringParameters", "multiValueQueryStringParameters")) {
      assertTrue(event.path(name).isNull(), name);
    }
  }

  @Test
  void binaryBodiesArriveAsBase64() throws Exception {
    HttpResponse<String> answer =
        client.send(
            request("/v1/x")
                .header("Content-Type", "image/png")
                .POST(BodyPublishers.ofByteArray(new byte[] {(byte) 0x89, 'P'}))
                .build(),
            BodyHandlers.ofString());
    JsonNode event = JSON.readTree(answer.body());

    assertEquals("iVA=", event.path("body").asText());
    assertTrue(event.path("isBase64Encoded").asBoolean());
  }

  @Test
  void decompressesRequestBodies() throws Exception {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(body)) {
      gzip.write("{\"text\":\"ü\"}".getBytes(StandardCharsets.UTF_8));
    }
    HttpResponse<String> answer = encoded("gzip", body.toByteArray());

    assertEquals("{\"text\":\"ü\"}", JSON.readTree(answer.body()).path("body").asText());
  }

  @ParameterizedTest
  @CsvSource({"gzip,{}", "gzip,''", "br,{}"})
  void rejectsAWrongContentEncodingWith415(String coding, String body) throws Exception {
    HttpResponse<String> answer = encoded(coding, body.getBytes(StandardCharsets.UTF_8));

    assertEquals(415, answer.statusCode());
    assertEquals("{\"refused\":\"Unsupported Media Type\"}", answer.body());
  }

  private HttpResponse<String> encoded(String coding, byte[] body) throws Exception {
    return client.send(
        request("/v1/x")
            .header("Content-Encoding", coding)
            .POST(BodyPublishers.ofByteArray(body))
            .build(),
        BodyHandlers.ofString());
  }

  @Test
  void answerReachesTheCaller() throws Exception {
    HttpResponse<String> answer =
        answer(
            """
            {"statusCode": 201, "body": "grüße", "headers": {"Content-Type": "text/plain",
             "X-Number": 7, "Connection": "close, X-Secret", "X-Secret": "1",
             "Transfer-Encoding": "chunked", "Content-Length": "999", "WWW-Authenticate": "Bearer"},
             "multiValueHeaders": {"Set-Cookie": ["a=1", "b=2"], "x-number": ["8"]}}\
            """);

    assertEquals(201, answer.statusCode());
    assertEquals("grüße", answer.body());
    assertEquals("text/plain", answer.headers().firstValue("content-type").orElseThrow());
    assertEquals(List.of("a=1", "b=2"), answer.headers().allValues("set-cookie"));
    assertEquals(List.of("8", "7"), answer.headers().allValues("x-number"));
    assertEquals(List.of(), answer.headers().allValues("x-secret"));
    assertEquals(List.of(), answer.headers().allValues("www-authenticate"));
    assertEquals(List.of("Bearer"), answer.headers().allValues("x-amzn-remapped-www-authenticate"));
  }

  @Test
  void base64IsDecodedForBinaryTypesOnly() throws Exception {
    String raw = "{\"statusCode\":200,\"isBase64Encoded\":true,\"body\":\"aGk=\"}";

    assertEquals("aGk=", answer(raw).body());
    assertEquals(
        "hi",
        client
            .send(
                request("/v1/x")
                    .header("Accept", "image/png, */*")
                    .POST(BodyPublishers.ofString(raw(raw)))
                    .build(),
                BodyHandlers.ofString())
            .body());
  }

  @ParameterizedTest
  @CsvSource({
    "1000,gzip,gzip",
    "1000,'gzip;q=1.0, br',gzip",
    "1000,'br, gzip',",
    "1000,*,",
    "999,gzip,",
  })
  void compressesLargeResponsesByAcceptEncoding(
      int size, String accepted, @Nullable String expected) throws Exception {
    String text = "a".repeat(size);
    HttpResponse<byte[]> answer =
        client.send(
            request("/v1/x")
                .header("Accept-Encoding", accepted)
                .POST(
                    BodyPublishers.ofString(
                        raw("{\"statusCode\":200,\"body\":\"%s\"}".formatted(text))))
                .build(),
            BodyHandlers.ofByteArray());
    byte[] body = answer.body();

    assertEquals(Optional.ofNullable(expected), answer.headers().firstValue("content-encoding"));
    if (expected != null) {
      body = new GZIPInputStream(new ByteArrayInputStream(body)).readAllBytes();
    }
    assertEquals(text, new String(body, StandardCharsets.UTF_8));
  }

  @Test
  void keepsEncodedResponses() throws Exception {
    String raw =
        "{\"statusCode\":200,\"headers\":{\"Content-Encoding\":\"br\"},\"body\":\"%s\"}"
            .formatted("a".repeat(1000));
    HttpResponse<String> answer =
        client.send(
            request("/v1/x")
                .header("Accept-Encoding", "gzip")
                .POST(BodyPublishers.ofString(raw(raw)))
                .build(),
            BodyHandlers.ofString());

    assertEquals("br", answer.headers().firstValue("content-encoding").orElseThrow());
    assertEquals(1000, answer.body().length());
  }

  @Test
  void malformedAnswersAndFailuresAre502() throws Exception {
    for (String raw :
        List.of(
            "{\"ok\":true}",
            "not JSON",
            "[]",
            "{\"statusCode\":200,\"body\":{\"a\":1}}",
            "{\"statusCode\":200,\"headers\":{\"a\":[]}}")) {
      HttpResponse<String> answer = answer(raw);
      assertEquals(502, answer.statusCode(), raw);
      assertEquals("{\"message\":\"Internal server error\"}", answer.body());
    }
    assertEquals(502, post("/v1/x", "{\"do\":\"fail\"}").statusCode());
    assertEquals(502, post("/v1/x", "{\"do\":\"exit\",\"code\":1}").statusCode());
    assertEquals(502, post("/v1/x", "{\"do\":\"large\",\"bytes\":6300000}").statusCode());
  }

  @Test
  void unknownRouteUsesTheTemplatesGatewayResponse() throws Exception {
    for (String path : List.of("/", "/nowhere", "/v1", "/v1/")) {
      HttpResponse<String> answer = post(path, "{}");
      assertEquals(404, answer.statusCode());
      assertEquals(
          answer.headers().firstValue("x-amzn-RequestId").orElseThrow(),
          JSON.readTree(answer.body()).path("id").asText());
    }
    assertEquals(
        404, client.send(request("/hasty").GET().build(), BodyHandlers.ofString()).statusCode());
  }

  @Test
  void slowFunctionIsA504AndContinues() throws Exception {
    HttpResponse<String> answer = post("/hasty", "{\"do\":\"sleep\",\"millis\":1500}");

    assertEquals(504, answer.statusCode());
    assertEquals("{\"message\":\"Endpoint request timed out\"}", answer.body());
    assertEquals("1", answer.headers().firstValue("Retry-After").orElseThrow());
    assertFalse(lambda.processes("tollgate-Trial").isEmpty());
  }

  @Test
  void oversizedRequestsAre413() throws Exception {
    String overTheEvent = "\"".repeat(3_200_000); // Each quote is escaped in the event.
    String overTheGateway = "x".repeat(10 * 1024 * 1024 + 1);

    for (String body : List.of(overTheEvent, overTheGateway)) {
      HttpResponse<String> answer = post("/v1/x", body);
      assertEquals(413, answer.statusCode());
      assertEquals("{\"refused\":\"Request Too Long\"}", answer.body());
    }
  }

  @Test
  void headHasHeadersOnly() throws Exception {
    HttpResponse<String> answer =
        client.send(
            request("/v1/x").method("HEAD", BodyPublishers.noBody()).build(),
            BodyHandlers.ofString());

    assertEquals(200, answer.statusCode());
    assertEquals("", answer.body());
    assertTrue(answer.headers().firstValueAsLong("Content-Length").orElseThrow() > 0);
  }

  @Test
  void noContentHasNoBody() throws Exception {
    HttpResponse<String> answer = answer("{\"statusCode\":204,\"body\":\"ignored\"}");

    assertEquals(204, answer.statusCode());
    assertEquals("", answer.body());
  }

  @Test
  void takenPortNamesTheRemedy() {
    IOException error =
        assertThrows(
            IOException.class,
            () -> ApiGateway.start(template, lambda, gateway.url().getPort()).close());

    assertTrue(error.toString().contains("set PORT"), error.toString());
  }

  private HttpResponse<String> answer(String raw) throws Exception {
    return post("/v1/x", raw(raw));
  }

  private static String raw(String text) {
    ObjectNode command = JSON.createObjectNode();
    return command.put("do", "raw").put("text", text).toString();
  }

  private HttpResponse<String> post(String path, String body) throws Exception {
    return client.send(
        request(path).POST(BodyPublishers.ofString(body)).build(),
        BodyHandlers.ofString(StandardCharsets.UTF_8));
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(gateway.url().resolve(path));
  }
}
