package dev.tollgate.function;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.junit.Lifecycle;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.budget.BudgetRegistry;
import dev.tollgate.budget.BudgetReport;
import dev.tollgate.budget.InMemoryBudgetAccounts;
import dev.tollgate.budget.InMemoryBudgetStore;
import dev.tollgate.cost.calls.CallRecord;
import dev.tollgate.cost.ledger.EmptyLedger;
import dev.tollgate.dashboard.Dashboard;
import dev.tollgate.evaluation.PendingRuns;
import dev.tollgate.function.admin.BudgetRoutes;
import dev.tollgate.function.admin.KeyRoutes;
import dev.tollgate.function.admin.PromptAdminFunction;
import dev.tollgate.function.admin.PromptRoutes;
import dev.tollgate.function.admin.RunRoutes;
import dev.tollgate.function.admin.SemanticRoutes;
import dev.tollgate.function.admin.VersionRoutes;
import dev.tollgate.function.costs.CostReportFunction;
import dev.tollgate.function.costs.DashboardRoutes;
import dev.tollgate.function.http.AccessControl;
import dev.tollgate.function.http.ActionTable;
import dev.tollgate.function.http.ApiGatewayHandler;
import dev.tollgate.function.http.HttpRequest;
import dev.tollgate.function.http.HttpResponse;
import dev.tollgate.function.http.ObjectMapperConfiguration;
import dev.tollgate.function.http.Route;
import dev.tollgate.function.http.RouteTable;
import dev.tollgate.function.invoke.IdempotencyHandler;
import dev.tollgate.function.invoke.InvokeLlmFunction;
import dev.tollgate.function.invoke.ModelRoutes;
import dev.tollgate.function.metrics.EmbeddedMetrics;
import dev.tollgate.function.metrics.RequestTelemetry;
import dev.tollgate.identity.Authenticator;
import dev.tollgate.identity.InMemoryKeyStore;
import dev.tollgate.identity.KeyService;
import dev.tollgate.identity.Role;
import dev.tollgate.identity.VirtualKey;
import dev.tollgate.invocation.TestPipeline;
import dev.tollgate.prompt.ChangeRequest;
import dev.tollgate.prompt.InMemoryPromptStore;
import dev.tollgate.prompt.PromptName;
import dev.tollgate.prompt.PromptRegistry;
import dev.tollgate.prompt.content.PromptContent;
import dev.tollgate.prompt.content.PromptLint;
import dev.tollgate.provider.ModelCatalogue;
import dev.tollgate.shadow.EmptyComparisonStore;
import dev.tollgate.shadow.FalseHitLimit;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * A function responds to any event in the format of API Gateway. Models and stores are in memory
 * and never fail, so no request may cause a server error.
 */
final class EventsFuzzTest {
  /** A placeholder in events for a key with all roles. */
  private static final String KEY = "$KEY";

  private static final String MESSAGE =
      """
      {"model": "claude-haiku-4-5", "max_tokens": 100, "temperature": 0,
       "messages": [{"role": "user", "content": "Hello"}]}
      """;

  private static final PromptName PROMPT = new PromptName("greeter");
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-24T10:00:00Z"), ZoneOffset.UTC);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final ModelCatalogue MODELS = ModelCatalogue.load();
  private static final Dashboard DASHBOARD = Dashboard.load();
  private static final Pattern HEADER_NAME = Pattern.compile("[a-z][a-z0-9-]*");
  private static final Pattern HEADER_VALUE = Pattern.compile("[ -~]*");

  static {
    new ObjectMapperConfiguration().customize(JSON);
  }

  private final InMemoryPromptStore prompts = new InMemoryPromptStore();
  private final PromptRegistry registry = new PromptRegistry(prompts, CLOCK);
  private final TestPipeline pipeline = new TestPipeline(registry, CLOCK);
  private final InMemoryBudgetStore budgets = new InMemoryBudgetStore();
  private final InMemoryKeyStore keys = new InMemoryKeyStore();
  private final KeyService keyService = new KeyService(keys, CLOCK);
  private final ApiGatewayHandler gateway =
      new ApiGatewayHandler(
          new RequestTelemetry(
              new EmbeddedMetrics("test", CLOCK, new PrintStream(OutputStream.nullOutputStream())),
              "test"),
          new AccessControl(new Authenticator(keys, CLOCK, Duration.ofMinutes(1))),
          JSON);
  private final String secret =
      keyService
          .create(new VirtualKey.Grant("search", EnumSet.allOf(Role.class)), "test")
          .secret()
          .value();

  EventsFuzzTest() {
    ChangeRequest change = new ChangeRequest("test", Optional.of("test"), OptionalLong.empty());
    PromptContent content =
        PromptContent.ofText("Greet {{name}}.", "claude-haiku-4-5", Optional.empty(), 100);
    registry.register(PROMPT, content, "test", "", change);
    registry.activate(PROMPT, 1, true, change);
  }

  @FuzzTest(lifecycle = Lifecycle.PER_EXECUTION)
  void respondsToAnyCall(byte[] event) {
    InvokeLlmFunction function = invokeLlm();
    respond(event, function::handle)
        .ifPresent(
            response ->
                assertEquals(
                    isRecorded(response) ? 1 : 0,
                    pipeline.records().stream().filter(CallRecord::finalAttempt).count(),
                    "calls recorded"));
  }

  private static boolean isRecorded(JsonNode response) {
    return response.path("headers").has("x-tollgate-call-id") || response.has("call_id");
  }

  @FuzzTest(lifecycle = Lifecycle.PER_EXECUTION)
  void respondsToAnyMessagesBody(byte[] body) {
    respondsToAnyCall(event("POST", "/v1/messages", body));
  }

  @FuzzTest(lifecycle = Lifecycle.PER_EXECUTION)
  void respondsToAnyChatCompletionsBody(byte[] body) {
    respondsToAnyCall(event("POST", "/v1/chat/completions", body));
  }

  /** Each line is a header. */
  @FuzzTest(lifecycle = Lifecycle.PER_EXECUTION)
  void respondsToAnyHeaders(byte[] lines) {
    ObjectNode event = proxyEvent("POST", "/v1/messages", MESSAGE);
    new String(lines, StandardCharsets.UTF_8)
        .lines()
        .map(line -> line.split(":", 2))
        .filter(parts -> parts.length == 2)
        .forEach(parts -> event.withObjectProperty("headers").put(parts[0], parts[1].strip()));
    respondsToAnyCall(bytes(event));
  }

  @FuzzTest(lifecycle = Lifecycle.PER_EXECUTION)
  void respondsToAnyAdminRequest(byte[] event) {
    PromptAdminFunction function = promptAdmin();
    respond(event, function::handle);
  }

  @FuzzTest(lifecycle = Lifecycle.PER_EXECUTION)
  void setsBudgetOrChangesNothing(byte[] body) {
    PromptAdminFunction function = promptAdmin();
    respond(event("PUT", "/admin/budgets/team/search", body), function::handle)
        .ifPresent(
            response ->
                assertEquals(
                    response.path("statusCode").asInt() == 200 ? 1 : 0, budgets.findAll().size()));
  }

  @FuzzTest(lifecycle = Lifecycle.PER_EXECUTION)
  void createsKeyOrChangesNothing(byte[] body) {
    PromptAdminFunction function = promptAdmin();
    respond(event("POST", "/admin/keys", body), function::handle)
        .ifPresent(
            response ->
                assertEquals(
                    response.path("statusCode").asInt() == 201 ? 2 : 1,
                    keys.list(Optional.empty(), 10).size()));
  }

  @FuzzTest(lifecycle = Lifecycle.PER_EXECUTION)
  void respondsToAnyCostRequest(byte[] event) {
    EmptyLedger ledger = new EmptyLedger();
    CostReportFunction function =
        new CostReportFunction(
            gateway,
            ledger,
            ledger.watermark(),
            budgetReport(),
            new DashboardRoutes(DASHBOARD),
            CLOCK);
    respond(event, function::handle);
  }

  @FuzzTest(lifecycle = Lifecycle.PER_EXECUTION)
  void preservesAnyJsonInResponses(byte[] json) {
    JsonNode body;
    try {
      body = JSON.readTree(json);
    } catch (IOException | NumberFormatException | ArithmeticException e) {
      return;
    }
    if (body.isMissingNode()) {
      return;
    }
    ObjectNode event = JSON.createObjectNode().put("httpMethod", "GET");
    event.putObject("requestContext");
    Route route = Route.get("/", Set.of(), "Body", _ -> HttpResponse.of(200, body));
    JsonNode response =
        gateway.handle(event, new RouteTable(List.of(route)), new ActionTable("none", List.of()));

    JsonNode sent = parse(response.path("body").textValue());
    assertTrue(body.equals(EventsFuzzTest::compare, sent), () -> body + " became " + sent);
  }

  /** A number may lose its exponent, but not change its value. */
  private static int compare(JsonNode one, JsonNode other) {
    if (one.isNumber() && other.isNumber()) {
      return one.decimalValue().compareTo(other.decimalValue());
    }
    return one.equals(other) ? 0 : 1;
  }

  private PromptAdminFunction promptAdmin() {
    PendingRuns runs = PendingRuns.of(prompts, registry, CLOCK);
    RunRoutes runRoutes = new RunRoutes(registry, prompts, runs.store(), runs::regression);
    return new PromptAdminFunction(
        gateway,
        new PromptRoutes(registry, prompts),
        new VersionRoutes(registry, prompts, new PromptLint(MODELS, CLOCK)),
        runRoutes,
        new SemanticRoutes(prompts, registry, new EmptyComparisonStore(), new FalseHitLimit(0.01)),
        new KeyRoutes(keyService, keys, CLOCK),
        new BudgetRoutes(
            new BudgetRegistry(budgets, CLOCK), budgets, budgetReport(), keys, prompts));
  }

  private BudgetReport budgetReport() {
    return new BudgetReport(budgets, new InMemoryBudgetAccounts((_, _) -> {}), CLOCK);
  }

  private InvokeLlmFunction invokeLlm() {
    return new InvokeLlmFunction(
        gateway,
        new IdempotencyHandler(pipeline.idempotency(), JSON),
        pipeline.invoker(),
        new ModelRoutes(MODELS, CLOCK),
        JSON,
        CLOCK,
        Duration.ofSeconds(29));
  }

  private static byte[] event(String method, String path, byte[] body) {
    return bytes(proxyEvent(method, path, new String(body, StandardCharsets.UTF_8)));
  }

  private static ObjectNode proxyEvent(String method, String path, String body) {
    ObjectNode event =
        JSON.createObjectNode().put("httpMethod", method).put("path", path).put("body", body);
    event.putObject("requestContext");
    event.putObject("headers").put("x-api-key", KEY);
    return event;
  }

  private static byte[] bytes(ObjectNode event) {
    return event.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** Returns the response to an event; empty if the bytes are not JSON, which Lambda rejects. */
  private Optional<JsonNode> respond(byte[] bytes, UnaryOperator<JsonNode> function) {
    JsonNode event;
    try {
      event = JSON.readTree(new String(bytes, StandardCharsets.UTF_8).replace(KEY, secret));
    } catch (JsonProcessingException | NumberFormatException | ArithmeticException e) {
      return Optional.empty();
    }
    if (event instanceof ObjectNode request && HttpRequest.isProxyEvent(event)) {
      // API Gateway sets the context. A time in the past would cause a timeout.
      request.putObject("requestContext");
    }
    JsonNode response = function.apply(event);
    if (HttpRequest.isProxyEvent(event)) {
      checkProxyResponse(response);
    } else {
      assertTrue(response.isObject(), response::toString);
      checkError(response);
    }
    return Optional.of(response);
  }

  private static void checkProxyResponse(JsonNode response) {
    int status = response.path("statusCode").asInt();
    assertTrue(status >= 200 && status < 500, response::toString);
    assertTrue(response.path("isBase64Encoded").isBoolean(), response::toString);
    assertTrue(response.path("body").isTextual(), response::toString);
    for (Map.Entry<String, JsonNode> header : response.path("headers").properties()) {
      assertTrue(HEADER_NAME.matcher(header.getKey()).matches(), header::getKey);
      assertTrue(HEADER_VALUE.matcher(header.getValue().textValue()).matches(), header::toString);
    }
    if (response.path("headers").path("content-type").asText().equals("application/json")) {
      JsonNode body = parse(response.path("body").textValue());
      checkError(body);
      assertEquals(status >= 400, body.has("error"), response::toString);
    } else {
      assertTrue(status < 400, response::toString);
    }
  }

  /** Errors have the format that the official clients of both providers parse. */
  private static void checkError(JsonNode body) {
    if (body.has("error")) {
      assertEquals("error", body.path("type").textValue());
      for (String field : List.of("type", "message", "code")) {
        assertTrue(body.path("error").path(field).isTextual(), body::toString);
      }
      JsonNode param = body.path("error").path("param");
      assertTrue(param.isTextual() || param.isNull(), body::toString);
    }
  }

  private static JsonNode parse(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new AssertionError("not JSON: " + text, e);
    }
  }
}
