package dev.tollgate.function.invoke;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.cost.calls.CallRecord.Purpose;
import dev.tollgate.function.http.ActionTable;
import dev.tollgate.function.http.ActionTable.Action;
import dev.tollgate.function.http.ApiError;
import dev.tollgate.function.http.ApiException;
import dev.tollgate.function.http.ApiGatewayHandler;
import dev.tollgate.function.http.HttpRequest;
import dev.tollgate.function.http.HttpResponse;
import dev.tollgate.function.http.JsonText;
import dev.tollgate.function.http.RequestFields;
import dev.tollgate.function.http.Route;
import dev.tollgate.function.http.RouteRequest;
import dev.tollgate.function.http.RouteTable;
import dev.tollgate.identity.Caller;
import dev.tollgate.identity.Role;
import dev.tollgate.invocation.CacheDirectives;
import dev.tollgate.invocation.Invocation;
import dev.tollgate.invocation.Invocation.Input;
import dev.tollgate.invocation.InvocationResult;
import dev.tollgate.invocation.LlmInvoker;
import dev.tollgate.json.JsonNodes;
import dev.tollgate.prompt.VersionRef;
import dev.tollgate.provider.ModelRequest;
import dev.tollgate.provider.ParseResult;
import dev.tollgate.provider.anthropic.MessagesJson;
import dev.tollgate.provider.openai.ChatJson;
import io.quarkus.funqy.Funq;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * {@code invokeLlm}: calls of applications. It offers the APIs of Anthropic and OpenAI, and calls
 * of managed prompts.
 */
@Singleton
public class InvokeLlmFunction {
  private static final Set<Role> PREVIEWERS = Set.of(Role.PREVIEW);
  private static final Set<Role> CALLERS = Set.of(Role.INVOKE, Role.PREVIEW);
  private static final Pattern ENDPOINT = Pattern.compile("[A-Za-z0-9/_.:-]{1,128}");
  private static final int MAX_USER_LENGTH = 256;

  /** Reserved for the call record and the response, after the deadline of the model. */
  private static final Duration RESPONSE_RESERVE = Duration.ofSeconds(1);

  private final ApiGatewayHandler gateway;
  private final IdempotencyHandler idempotency;
  private final LlmInvoker invoker;
  private final ObjectMapper json;
  private final Clock clock;
  private final Duration timeout;
  private final RouteTable routes;
  private final ActionTable actions;

  public InvokeLlmFunction(
      ApiGatewayHandler gateway,
      IdempotencyHandler idempotency,
      LlmInvoker invoker,
      ModelRoutes models,
      ObjectMapper json,
      Clock clock,
      @ConfigProperty(name = "tollgate.gateway.timeout", defaultValue = "29s") Duration timeout) {
    this.gateway = gateway;
    this.idempotency = idempotency;
    this.invoker = invoker;
    this.json = json;
    this.clock = clock;
    this.timeout = timeout;
    this.routes =
        new RouteTable(
            Stream.concat(callRoutes().stream(), models.routes().stream()).toList(),
            "Set the client to POST /v1/messages, /v1/chat/completions or"
                + " /v1/prompts/{name}/invoke, or GET /v1/models or /v1/models/{model}.");
    this.actions = new ActionTable("invokeLlm", List.of(new Action("invoke", this::invoke)));
  }

  @Funq("invokeLlm")
  public JsonNode handle(JsonNode event) {
    return gateway.handle(event, routes, actions);
  }

  public RouteTable routes() {
    return routes;
  }

  public ActionTable actions() {
    return actions;
  }

  private List<Route> callRoutes() {
    return List.of(
        Route.post("/v1/messages", CALLERS, "Anthropic Messages API", this::handleMessages),
        Route.post(
            "/v1/chat/completions",
            CALLERS,
            "OpenAI Chat Completions API",
            this::handleChatCompletions),
        Route.post(
            "/v1/prompts/{name}/invoke", CALLERS, "Call of a managed prompt", this::handleInvoke));
  }

  private JsonNode invoke(ObjectNode fields) {
    Instant deadline = deadline(Optional.empty());
    JsonNode name = fields.remove("prompt");
    PromptReference prompt = PromptReference.parse("prompt", name == null ? "" : name.asText());
    return InvocationResponses.toInvokeResponse(
            invoke(prompt, fields, CacheDirectives.DEFAULT, true, Caller.DIRECT, deadline))
        .json();
  }

  /** Handles a call once per idempotency key. */
  private HttpResponse executeOnce(RouteRequest request, Function<Instant, HttpResponse> call) {
    Instant deadline = deadline(request.http().receivedAt());
    return PromptCachingHeader.echo(
        request.http(),
        idempotency.execute(
            request.http(), request.caller(), deadline, () -> call.apply(deadline)));
  }

  /** Only previewers can call versions that did not pass the gate. */
  private static PromptReference requireVersionAllowed(PromptReference prompt, Caller caller) {
    if (!(prompt.version() instanceof VersionRef.Production) && !caller.hasAnyRole(PREVIEWERS)) {
      throw new ApiException(
          ApiError.missingRole(
              "Key %s can only use the active version. Remove the @version suffix, or use a key with"
                      .formatted(caller.keyId())
                  + " the role preview."));
    }
    return prompt;
  }

  /**
   * The deadline of the model. API Gateway's timeout begins when it receives the request, before a
   * cold start. If its clock is ahead, the deadline counts from now.
   */
  private Instant deadline(Optional<Instant> received) {
    Instant now = clock.instant();
    Instant start = received.filter(time -> time.isBefore(now)).orElse(now);
    return start.plus(timeout).minus(RESPONSE_RESERVE);
  }

  private HttpResponse handleMessages(RouteRequest request) {
    return executeOnce(
        request,
        deadline -> {
          HttpRequest http = request.http();
          ModelRequest sent =
              requireValid(
                  MessagesJson.parseRequest(
                      request.body(),
                      http.header("anthropic-version"),
                      http.header("anthropic-beta")));
          Optional<String> user =
              findMetadata(sent, "user_id")
                  .map(id -> requireUser("metadata.user_id", id.textValue()));
          return relay(request, user, sent, deadline);
        });
  }

  private HttpResponse handleChatCompletions(RouteRequest request) {
    return executeOnce(
        request,
        deadline -> {
          ModelRequest sent = requireValid(ChatJson.parseRequest(request.body()));
          Optional<String> user =
              findMetadata(sent, "user")
                  .map(id -> requireUser("user", id.textValue()))
                  .or(
                      () ->
                          findMetadata(sent, "safety_identifier")
                              .map(id -> requireUser("safety_identifier", id.textValue())));
          return relay(request, user, sent, deadline);
        });
  }

  /** Takes variables, and returns the text with its figures. */
  private HttpResponse handleInvoke(RouteRequest request) {
    HttpRequest http = request.http();
    Caller caller = request.caller();
    PromptReference prompt =
        requireVersionAllowed(PromptReference.parse("name", request.parameter("name")), caller);
    return executeOnce(
        request,
        deadline -> {
          boolean debug = DebugHeader.read(http, caller);
          InvocationResult result =
              invoke(
                  prompt,
                  request.body(),
                  CacheControlHeaders.read(http),
                  PromptCachingHeader.read(http),
                  caller,
                  deadline);
          HttpResponse response = InvocationResponses.toInvokeResponse(result);
          return debug ? DebugHeader.addDetails(response, result) : response;
        });
  }

  /** Finds a field about the end user. */
  private static Optional<JsonNode> findMetadata(ModelRequest sent, String field) {
    return sent.metadata().map(metadata -> metadata.get(field)).filter(value -> !value.isNull());
  }

  /** Relays a request in the format of a provider, and responds in the same format. */
  private HttpResponse relay(
      RouteRequest request, Optional<String> user, ModelRequest sent, Instant deadline) {
    HttpRequest http = request.http();
    Caller caller = request.caller();
    Input input =
        http.header("x-tollgate-prompt")
            .<Input>map(
                name ->
                    managedInput(
                        requireVersionAllowed(
                            PromptReference.parse("x-tollgate-prompt", name), caller),
                        http,
                        sent))
            .orElse(new Input.Direct(sent));
    String endpoint =
        http.header("x-tollgate-endpoint")
            .map(value -> requireEndpoint("x-tollgate-endpoint", value))
            .orElse(http.path());
    boolean debug = DebugHeader.read(http, caller);
    InvocationResult result =
        invoker.invoke(
            new Invocation(
                caller,
                endpoint,
                user,
                input,
                CacheControlHeaders.read(http),
                Purpose.LIVE,
                deadline));
    HttpResponse response =
        InvocationResponses.toRelayResponse(result, sent.provider(), sent.streamOptions());
    return debug ? DebugHeader.addDetails(response, result) : response;
  }

  private Input managedInput(PromptReference prompt, HttpRequest request, ModelRequest sent) {
    if (sent.system().isPresent()) {
      throw new ApiException(
          ApiError.invalid(
              "system", "The managed prompt sets the system prompt. Omit the field system."));
    }
    rejectSystemMessage(
        switch (sent.provider()) {
          case ANTHROPIC -> MessagesJson.findSystemMessage(sent.messages());
          case OPENAI -> ChatJson.findSystemMessage(sent.messages());
        });
    Map<String, JsonNode> variables =
        request
            .header("x-tollgate-variables")
            .map(
                value ->
                    readVariables(
                        "x-tollgate-variables",
                        JsonText.parse(json, "header x-tollgate-variables", value)))
            .orElse(Map.of());
    return new Input.Managed(
        prompt.name(),
        prompt.version(),
        variables,
        sent.messages(),
        Optional.of(sent),
        PromptCachingHeader.read(request));
  }

  private InvocationResult invoke(
      PromptReference prompt,
      ObjectNode body,
      CacheDirectives cache,
      boolean promptCaching,
      Caller caller,
      Instant deadline) {
    RequestFields fields =
        new RequestFields(body, Set.of("variables", "messages", "input", "user", "endpoint"));
    Map<String, JsonNode> variables =
        fields.find("variables").map(value -> readVariables("variables", value)).orElse(Map.of());
    Optional<String> user =
        fields.find("user").map(value -> requireUser("user", value.textValue()));
    String endpoint =
        fields
            .find("endpoint")
            .map(value -> requireEndpoint("endpoint", value.textValue()))
            .orElse("/v1/prompts/" + prompt.name() + "/invoke");
    Input input =
        new Input.Managed(
            prompt.name(),
            prompt.version(),
            variables,
            readConversation(fields),
            Optional.empty(),
            promptCaching);
    return invoker.invoke(
        new Invocation(caller, endpoint, user, input, cache, Purpose.LIVE, deadline));
  }

  private static ArrayNode readConversation(RequestFields fields) {
    Optional<JsonNode> messages = fields.find("messages");
    Optional<JsonNode> input = fields.find("input");
    if (messages.isPresent() && input.isPresent()) {
      throw new ApiException(
          ApiError.invalid(
              "input", "Send either input, which is the user's message, or messages."));
    }
    if (messages.isEmpty() && input.isEmpty()) {
      return JsonNodes.array();
    }
    if (input.isPresent()) {
      if (!input.get().isTextual() || input.get().textValue().isBlank()) {
        throw RequestFields.invalid("input", "must be a string that is not blank");
      }
      ArrayNode turns = JsonNodes.array();
      turns.addObject().put("role", "user").set("content", input.get());
      return turns;
    }
    MessagesJson.validateMessages(messages.get())
        .ifPresent(
            fault -> {
              throw RequestFields.invalid(fault.field(), fault.message());
            });
    ArrayNode turns = (ArrayNode) messages.get();
    rejectSystemMessage(MessagesJson.findSystemMessage(turns));
    return turns;
  }

  /** Rejects system messages, which could override a tested prompt. */
  private static void rejectSystemMessage(OptionalInt systemMessage) {
    systemMessage.ifPresent(
        i -> {
          throw new ApiException(
              ApiError.invalid(
                  "messages." + i + ".role",
                  "With a managed prompt, messages can only have the roles user and assistant."));
        });
  }

  private static ModelRequest requireValid(ParseResult reading) {
    return switch (reading) {
      case ParseResult.Parsed(ModelRequest request) -> request;
      case ParseResult.Invalid(String field, String message) ->
          throw RequestFields.invalid(field, message);
    };
  }

  private static Map<String, JsonNode> readVariables(String field, JsonNode object) {
    if (!object.isObject()) {
      throw RequestFields.invalid(field, "must be a JSON object of the prompt's variables");
    }
    Map<String, JsonNode> values = new HashMap<>();
    for (var variable : object.properties()) {
      if (!variable.getValue().isNull()) {
        values.put(variable.getKey(), variable.getValue());
      }
    }
    return values;
  }

  private static String requireEndpoint(String field, @Nullable String value) {
    if (value == null || !ENDPOINT.matcher(value).matches()) {
      throw RequestFields.invalid(field, "must match " + ENDPOINT.pattern());
    }
    return value;
  }

  private static String requireUser(String field, @Nullable String value) {
    if (value == null || value.isBlank() || value.length() > MAX_USER_LENGTH) {
      throw RequestFields.invalid(
          field, "must be a string of 1 to " + MAX_USER_LENGTH + " characters");
    }
    return value;
  }
}
