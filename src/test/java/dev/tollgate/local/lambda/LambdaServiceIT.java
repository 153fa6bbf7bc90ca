package dev.tollgate.local.lambda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
final class LambdaServiceIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TEMPLATE =
      """
      Globals:
        Function:
          Timeout: 60
      Resources:
        Trial:
          Type: AWS::Serverless::Function
          Properties:
            FunctionName: !Sub ${AWS::StackName}-trial
            Environment:
              Variables:
                QUARKUS_FUNQY_EXPORT: trial
                LOCAL_ONLY: !GetAtt Nowhere.Outputs.Value
        Other:
          Type: AWS::Serverless::Function
          Properties:
            EventInvokeConfig:
              MaximumRetryAttempts: 1
              DestinationConfig: {OnFailure: {Type: SQS, Destination: any}}
        Hasty:
          Type: AWS::Serverless::Function
          Properties:
            Timeout: 1
        Exiting:
          Type: AWS::Serverless::Function
          Properties:
            Environment: {Variables: {TRIAL_START: exit}}
        Reporting:
          Type: AWS::Serverless::Function
          Properties:
            Environment: {Variables: {TRIAL_START: report}}
      """;

  private final Path folder;
  private final HttpClient client = HttpClient.newHttpClient();
  private LambdaService lambda;

  @SuppressWarnings("NullAway") // JUnit calls start before anything else.
  LambdaServiceIT(@TempDir Path folder) {
    this.folder = folder;
  }

  @BeforeEach
  void start() throws IOException {
    lambda = FakeLambda.start(FakeLambda.template(folder, TEMPLATE), folder);
  }

  @AfterEach
  void stop() {
    lambda.close();
  }

  @Test
  void answersUnderEveryNameOfAFunction() throws Exception {
    for (String name :
        List.of(
            "tollgate-trial",
            "trial",
            "tollgate-trial:$LATEST",
            "arn:aws:lambda:us-east-1:000000000000:function:tollgate-trial",
            "000000000000:function:tollgate-trial:live")) {
      assertEquals("{\"a\":\"ü\"}", invoke(name, "{\"a\":\"ü\"}").text());
    }
    assertEquals(1, lambda.processes("trial").size());
  }

  @Test
  void functionInheritsOnlyLambdaVariables() throws Exception {
    JsonNode self = describe("trial");
    JsonNode environment = self.path("environment");

    assertEquals("tollgate-trial", environment.path("AWS_LAMBDA_FUNCTION_NAME").asText());
    assertEquals("128", environment.path("AWS_LAMBDA_FUNCTION_MEMORY_SIZE").asText());
    assertEquals("us-east-1", environment.path("AWS_REGION").asText());
    assertEquals("given", environment.path("LOCAL_ONLY").asText());
    assertTrue(self.path("deadline").asLong() > System.currentTimeMillis());
    Set<String> inherited = new HashSet<>(System.getenv().keySet());
    inherited.removeAll(Set.of("PATH", "HOME", "TMPDIR", "LANG", "TZ", "_", "LC_CTYPE"));
    environment.fieldNames().forEachRemaining(name -> assertFalse(inherited.contains(name), name));
  }

  @Test
  void keepsAnEnvironmentWarm() throws Exception {
    assertEquals(describe("trial").path("pid"), describe("trial").path("pid"));
  }

  @Test
  void overlappingInvocationsGetUpToEightEnvironments() throws Exception {
    List<Future<InvocationResult>> running = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int call = 0; call < 12; call++) {
        running.add(threads.submit(() -> invoke("trial", "{\"do\":\"sleep\",\"millis\":1500}")));
      }
      for (Future<InvocationResult> call : running) {
        assertInstanceOf(InvocationResult.Succeeded.class, call.get());
      }
    }
    assertEquals(EnvironmentPool.MAX_ENVIRONMENTS, lambda.processes("trial").size());

    // An idle one makes room for another function.
    assertEquals("{}", invoke("tollgate-Other", "{}").text());
    assertEquals(EnvironmentPool.MAX_ENVIRONMENTS - 1, lambda.processes("trial").size());
  }

  @Test
  void servesCallersInOrder() throws Exception {
    List<Integer> served = Collections.synchronizedList(new ArrayList<>());
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<InvocationResult>> running = new ArrayList<>();
      for (int call = 1; call < EnvironmentPool.MAX_ENVIRONMENTS; call++) {
        running.add(threads.submit(() -> invoke("trial", sleep(6000))));
      }
      running.add(threads.submit(() -> invoke("trial", sleep(3000))));
      await(() -> lambda.processes("trial").size() == EnvironmentPool.MAX_ENVIRONMENTS);
      for (int call = 0; call < 6; call++) {
        int number = call;
        running.add(
            threads.submit(
                () -> {
                  InvocationResult result = invoke("trial", sleep(50));
                  served.add(number);
                  return result;
                }));
        Thread.sleep(50);
      }
      for (Future<InvocationResult> call : running) {
        assertInstanceOf(InvocationResult.Succeeded.class, call.get());
      }
    }
    assertEquals(List.of(0, 1, 2, 3, 4, 5), served);
  }

  @Test
  void busyFunctionDoesNotBlockOthers() throws Exception {
    AtomicBoolean done = new AtomicBoolean();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> busy = new ArrayList<>();
      for (int caller = 0; caller < 2 * EnvironmentPool.MAX_ENVIRONMENTS; caller++) {
        busy.add(
            threads.submit(
                () -> {
                  while (!done.get()) {
                    assertEquals("{}", invoke("trial", "{}").text());
                  }
                  return null;
                }));
      }
      await(() -> lambda.processes("trial").size() == EnvironmentPool.MAX_ENVIRONMENTS);
      try {
        assertEquals("{}", invoke("tollgate-Other", "{}").text());
      } finally {
        done.set(true);
      }
      for (Future<?> caller : busy) {
        caller.get();
      }
    }
  }

  @Test
  void unknownDebugFunctionListsTheNames() {
    IllegalArgumentException error =
        assertThrows(IllegalArgumentException.class, () -> lambda.debug("tria"));

    assertEquals(
        "DEBUG: tria is not a function. Use one of tollgate-Exiting, tollgate-Hasty,"
            + " tollgate-Other, tollgate-Reporting, trial.",
        error.getMessage());
  }

  @Test
  void onlyJvmFunctionsCanBeDebugged() {
    assertThrows(IllegalStateException.class, () -> lambda.debug("trial"));
    assertEquals(List.of(), lambda.processes("trial"));
  }

  private static String sleep(int millis) {
    return "{\"do\":\"sleep\",\"millis\":" + millis + "}";
  }

  @Test
  void killedEnvironmentFailsItsInvocationOnly() throws Exception {
    long pid = describe("trial").path("pid").asLong();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<InvocationResult> running =
          threads.submit(() -> invoke("trial", "{\"do\":\"sleep\",\"millis\":60000}"));
      Thread.sleep(300); // The kill may also come before the sleep: the result is the same.
      ProcessHandle.of(pid).orElseThrow().destroyForcibly();

      InvocationResult failed = assertInstanceOf(InvocationResult.Failed.class, running.get());
      assertTrue(
          failed.text().contains("Runtime exited with error: signal: killed"), failed.text());
    }
    assertNotEquals(pid, describe("trial").path("pid").asLong());
  }

  @Test
  void reportsAFunctionThatExits() throws Exception {
    InvocationResult failed = invoke("trial", "{\"do\":\"exit\",\"code\":4}");

    assertInstanceOf(InvocationResult.Failed.class, failed);
    assertTrue(failed.text().contains("exit status 4"), failed.text());
  }

  @Test
  void killsAFunctionAtItsTimeout() throws Exception {
    InvocationResult failed = invoke("tollgate-Hasty", "{\"do\":\"sleep\",\"millis\":60000}");

    assertInstanceOf(InvocationResult.Failed.class, failed);
    assertTrue(failed.text().contains("Task timed out after 1.00 seconds"), failed.text());
    assertEquals(List.of(), lambda.processes("tollgate-Hasty"));
    assertEquals("{}", invoke("tollgate-Hasty", "{}").text());
  }

  @Test
  void failureToStartIsReportedOnce() throws Exception {
    assertTrue(invoke("tollgate-Exiting", "{}").text().contains("exit status 3"));
    assertTrue(invoke("tollgate-Reporting", "{}").text().contains("no ledger"));
    assertEquals(List.of(), lambda.processes("tollgate-Exiting"));
  }

  @Test
  void answersOverTheLimitFail() throws Exception {
    String large = "{\"do\":\"large\",\"bytes\":%d}";

    assertInstanceOf(
        InvocationResult.Succeeded.class,
        invoke("trial", large.formatted(PayloadLimits.SYNCHRONOUS)));
    InvocationResult failed = invoke("trial", large.formatted(PayloadLimits.SYNCHRONOUS + 1));
    assertInstanceOf(InvocationResult.Failed.class, failed);
    assertTrue(failed.text().contains("Function.ResponseSizeTooLarge"), failed.text());
  }

  @Test
  void rejectsOversizedPayloads() throws Exception {
    String tooLarge = "\"" + "x".repeat(PayloadLimits.SYNCHRONOUS) + "\"";

    assertThrows(InvocationRejectedException.class, () -> invoke("trial", tooLarge));
    assertEquals(413, post("trial", "RequestResponse", tooLarge).statusCode());
    assertEquals(
        413,
        post("trial", "Event", "\"" + "x".repeat(PayloadLimits.ASYNCHRONOUS) + "\"").statusCode());
  }

  @Test
  void invokeApiBehavesLikeLambda() throws Exception {
    HttpResponse<String> answer = post("tollgate-trial", "RequestResponse", "{\"a\":1}");
    assertEquals(200, answer.statusCode());
    assertEquals("{\"a\":1}", answer.body());
    assertEquals("$LATEST", answer.headers().firstValue("X-Amz-Executed-Version").orElseThrow());
    assertTrue(answer.headers().firstValue("X-Amz-Function-Error").isEmpty());

    HttpResponse<String> failure = post("trial", "RequestResponse", "{\"do\":\"fail\"}");
    assertEquals(200, failure.statusCode());
    assertEquals("Unhandled", failure.headers().firstValue("X-Amz-Function-Error").orElseThrow());
    assertTrue(failure.body().contains("kaput"), failure.body());

    HttpResponse<String> unknown = post("nobody", "RequestResponse", "{}");
    assertEquals(404, unknown.statusCode());
    assertEquals(
        "ResourceNotFoundException",
        unknown.headers().firstValue("X-Amzn-ErrorType").orElseThrow());
    assertEquals(400, post("trial", "RequestResponse", "{").statusCode());
    assertEquals(204, post("trial", "DryRun", "{}").statusCode());
    assertEquals(400, post("trial", "Whenever", "{}").statusCode());
  }

  @Test
  void eventIsRetriedUntilItSucceeds() throws Exception {
    Path log = folder.resolve("attempts");
    HttpResponse<String> accepted = post("trial", "Event", failTimes(log, 2));
    assertEquals(202, accepted.statusCode());

    await(() -> Files.exists(log) && Files.readAllLines(log).size() == 3);
    assertEquals(1, new HashSet<>(Files.readAllLines(log)).size(), "one request id for all");
    assertFalse(Files.exists(folder.resolve("failed")));
  }

  @Test
  void exhaustedEventIsRecordedOnFailure() throws Exception {
    Path log = folder.resolve("attempts");
    lambda.invokeAsynchronously(
        "tollgate-Other", failTimes(log, 100).getBytes(StandardCharsets.UTF_8));

    await(() -> !records().isEmpty());
    JsonNode record = JSON.readTree(records().getFirst().toFile());
    assertEquals(2, Files.readAllLines(log).size());
    assertEquals(2, record.path("requestContext").path("approximateInvokeCount").asInt());
    assertEquals("RetriesExhausted", record.path("requestContext").path("condition").asText());
    assertEquals("failTimes", record.path("requestPayload").path("do").asText());
    assertEquals("not yet", record.path("responsePayload").path("errorMessage").asText());
  }

  private List<Path> records() throws IOException {
    Path failed = folder.resolve("failed");
    if (!Files.exists(failed)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(failed)) {
      return files.filter(file -> file.toString().endsWith(".json")).toList();
    }
  }

  private static String failTimes(Path log, int times) {
    return JSON.createObjectNode()
        .put("do", "failTimes")
        .put("log", log.toString())
        .put("times", times)
        .toString();
  }

  private JsonNode describe(String function) throws Exception {
    return JSON.readTree(invoke(function, "{\"do\":\"describe\"}").payload());
  }

  private InvocationResult invoke(String function, String payload) throws InterruptedException {
    return lambda.invoke(function, payload.getBytes(StandardCharsets.UTF_8));
  }

  private HttpResponse<String> post(String function, String type, String payload)
      throws IOException, InterruptedException {
    URI uri = lambda.endpoint().resolve("/2015-03-31/functions/" + function + "/invocations");
    return client.send(
        HttpRequest.newBuilder(uri)
            .header("X-Amz-Invocation-Type", type)
            .POST(BodyPublishers.ofString(payload))
            .build(),
        BodyHandlers.ofString());
  }

  private interface Condition {
    boolean holds() throws IOException;
  }

  private static void await(Condition condition) throws IOException, InterruptedException {
    while (!condition.holds()) {
      Thread.sleep(50);
    }
  }
}
