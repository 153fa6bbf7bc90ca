package dev.tollgate.function.invoke;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.cost.calls.CallRecord.Purpose;
import dev.tollgate.function.http.AccessControl;
import dev.tollgate.function.http.ApiError;
import dev.tollgate.function.http.ApiException;
import dev.tollgate.function.http.ApiGatewayHandler;
import dev.tollgate.function.http.HttpRequest;
import dev.tollgate.function.http.HttpResponse;
import dev.tollgate.function.http.JsonText;
import dev.tollgate.function.http.RequestFields;
import dev.tollgate.identity.Caller;
import dev.tollgate.identity.Role;
import dev.tollgate.invocation.CacheDirectives;
import dev.tollgate.invocation.Invocation;
import dev.tollgate.invocation.Invocation.Input;
import dev.tollgate.invocation.InvocationResult;
import dev.tollgate.invocation.LlmInvoker;
import dev.tollgate.prompt.VersionRef;
import dev.tollgate.provider.ModelCatalogue;
import dev.tollgate.provider.ModelInfo;
import dev.tollgate.provider.ModelRequest;
import dev.tollgate.provider.ParseResult;
import dev.tollgate.provider.anthropic.MessagesJson;
import dev.tollgate.provider.openai.ChatJson;
import io.quarkus.funqy.Funq;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/** {@code invokeLlm}: answers applications, as either provider's API or by a managed prompt. */
@Singleton
public class InvokeLlmFunction {
  private static final Set<Role> PREVIEWERS = EnumSet.of(Role.PREVIEW);
  private static final Set<Role> CALLERS = EnumSet.of(Role.INVOKE, Role.PREVIEW);
  private static final Pattern ENDPOINT = Pattern.compile("[A-Za-z0-9/_.:-]{1,128}");
  private static final int MAX_USER_LENGTH = 256;

  /** What is left for the record and the way back when the model must have answered. */
  private static final Duration RESPONSE_RESERVE = Duration.ofSeconds(1);

  private final ApiGatewayHandler front;
  private final AccessControl access;
  private final IdempotencyHandler idempotency;
  private final LlmInvoker invoker;
  private final ModelCatalogue catalogue;
  private final ObjectMapper json;
  private final Clock clock;
  private final Duration timeout;

  public InvokeLlmFunction(
      ApiGatewayHandler front,
      AccessControl access,
      IdempotencyHandler idempotency,
      LlmInvoker invoker,
      ModelCatalogue catalogue,
      ObjectMapper json,
      Clock clock,
      @ConfigProperty(name = "tollgate.gateway.timeout", defaultValue = "29s") Duration timeout) {
    this.front = front;
    this.access = access;
    this.idempotency = idempotency;
    this.invoker = invoker;
    this.catalogue = catalogue;
    this.json = json;
    this.clock = clock;
    this.timeout = timeout;
  }

  @Funq("invokeLlm")
  public JsonNode handle(JsonNode event) {
    return front.handle(
        event,
        request -> PromptCachingHeader.echo(request, handleHttp(request)),
        this::handleDirect);
  }

  private HttpResponse handleHttp(HttpRequest request) {
    List<String> path = request.pathSegments();
    Instant deadline = deadline(request.receivedAt());
    if (request.method().equals("POST") && path.equals(List.of("v1", "messages"))) {
      Caller caller = access.authorize(request, CALLERS);
      return idempotency.execute(
          request, caller, deadline, () -> handleMessages(request, caller, deadline));
    }
    if (request.method().equals("POST") && path.equals(List.of("v1", "chat", "completions"))) {
      Caller caller = access.authorize(request, CALLERS);
      return idempotency.execute(
          request, caller, deadline, () -> handleChatCompletions(request, caller, deadline));
    }
    if (request.method().equals("GET") && path.equals(List.of("v1", "models"))) {
      return listModels(request, access.authorize(request, CALLERS));
    }
    if (request.method().equals("GET")
        && path.size() == 3
        && path.get(0).equals("v1")
        && path.get(1).equals("models")) {
      return getModel(request, path.get(2), access.authorize(request, CALLERS));
    }
    if (request.method().equals("POST")
        && path.size() == 4
        && path.get(1).equals("prompts")
        && path.get(3).equals("invoke")) {
      Caller caller = access.authorize(request, CALLERS);
      PromptReference prompt =
          requireVersionAllowed(PromptReference.parse("name", path.get(2)), caller);
      return idempotency.execute(
          request,
          caller,
          deadline,
          () -> {
            boolean debug = DebugHeader.read(request, caller);
            InvocationResult result =
                invoke(
                    prompt,
                    front.readObject(request),
                    CacheControlHeaders.read(request),
                    PromptCachingHeader.read(request),
                    caller,
                    deadline);
            HttpResponse answer = InvocationResponses.toInvokeResponse(result);
            return debug ? DebugHeader.addDetails(answer, result) : answer;
          });
    }
    throw new ApiException(
        ApiError.routeNotFound(
            request.method(),
            request.path(),
            "There are POST /v1/messages, /v1/chat/completions and /v1/prompts/{name}/invoke, and"
                + " GET /v1/models and /v1/models/{model}: set the client to one of these."));
  }

  private JsonNode handleDirect(String action, ObjectNode fields) {
    Instant deadline = deadline(Optional.empty());
    if (!action.equals("invoke")) {
      throw new ApiException(
          ApiError.invalid(
              "action", "Unknown action %s: invokeLlm knows invoke.".formatted(action)));
    }
    JsonNode prompt = fields.remove("prompt");
    PromptReference asked = PromptReference.parse("prompt", prompt == null ? "" : prompt.asText());
    return InvocationResponses.toInvokeResponse(
            invoke(asked, fields, CacheDirectives.DEFAULT, true, Caller.DIRECT, deadline))
        .json();
  }

  /** What has not been through the gate is for previewing only. */
  private static PromptReference requireVersionAllowed(PromptReference prompt, Caller caller) {
    if (!(prompt.version() instanceof VersionRef.Production) && !caller.hasAnyRole(PREVIEWERS)) {
      throw new ApiException(
          ApiError.missingRole(
              "Key %s may ask with the version in production only: leave out what follows @, or use"
                      .formatted(caller.keyId())
                  + " a key with the role preview."));
    }
    return prompt;
  }

  /**
   * The gateway's clock starts when it gets the request, before a cold start; a clock that is ahead
   * of ours must not give us more time than there is.
   */
  private Instant deadline(Optional<Instant> received) {
    Instant now = clock.instant();
    Instant start = received.filter(time -> time.isBefore(now)).orElse(now);
    return start.plus(timeout).minus(RESPONSE_RESERVE);
  }

  /** {@code POST /v1/messages}, the Anthropic shape in and out. */
  private HttpResponse handleMessages(HttpRequest request, Caller caller, Instant deadline) {
    ObjectNode body = front.readObject(request);
    ModelRequest sent =
        requireValid(
            MessagesJson.parseRequest(
                body, request.header("anthropic-version"), request.header("anthropic-beta")));
    Optional<String> user =
        findMetadata(sent, "user_id").map(id -> requireUser("metadata.user_id", id.textValue()));
    return relay(request, caller, user, sent, deadline);
  }

  /** {@code POST /v1/chat/completions}, the OpenAI shape in and out. */
  private HttpResponse handleChatCompletions(HttpRequest request, Caller caller, Instant deadline) {
    ModelRequest sent = requireValid(ChatJson.parseRequest(front.readObject(request)));
    Optional<String> user =
        findMetadata(sent, "user")
            .map(id -> requireUser("user", id.textValue()))
            .or(
                () ->
                    findMetadata(sent, "safety_identifier")
                        .map(id -> requireUser("safety_identifier", id.textValue())));
    return relay(request, caller, user, sent, deadline);
  }

  /** What a request says about its caller. */
  private static Optional<JsonNode> findMetadata(ModelRequest sent, String field) {
    return sent.metadata().map(metadata -> metadata.get(field)).filter(value -> !value.isNull());
  }

  /** A request in a provider's shape, answered in the same. */
  private HttpResponse relay(
      HttpRequest request,
      Caller caller,
      Optional<String> user,
      ModelRequest sent,
      Instant deadline) {
    Input question =
        request
            .header("x-tollgate-prompt")
            .<Input>map(
                name ->
                    managedQuestion(
                        requireVersionAllowed(
                            PromptReference.parse("x-tollgate-prompt", name), caller),
                        request,
                        sent))
            .orElse(new Input.Direct(sent));
    String endpoint =
        request
            .header("x-tollgate-endpoint")
            .map(value -> requireEndpoint("x-tollgate-endpoint", value))
            .orElse(request.path());
    boolean debug = DebugHeader.read(request, caller);
    InvocationResult result =
        invoker.invoke(
            new Invocation(
                caller,
                endpoint,
                user,
                question,
                CacheControlHeaders.read(request),
                Purpose.LIVE,
                deadline));
    HttpResponse answer =
        InvocationResponses.toRelayResponse(result, sent.provider(), sent.streamOptions());
    return debug ? DebugHeader.addDetails(answer, result) : answer;
  }

  private Input managedQuestion(PromptReference prompt, HttpRequest request, ModelRequest sent) {
    if (sent.system().isPresent()) {
      throw new ApiException(
          ApiError.invalid(
              "system", "A managed prompt is the system prompt: leave the field system out."));
    }
    requireConversation(
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

  /** {@code POST /v1/prompts/{name}/invoke}: variables in, text and figures out. */
  private InvocationResult invoke(
      PromptReference prompt,
      ObjectNode body,
      CacheDirectives reuse,
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
    Input question =
        new Input.Managed(
            prompt.name(),
            prompt.version(),
            variables,
            readConversation(fields),
            Optional.empty(),
            promptCaching);
    return invoker.invoke(
        new Invocation(caller, endpoint, user, question, reuse, Purpose.LIVE, deadline));
  }

  private static ArrayNode readConversation(RequestFields fields) {
    Optional<JsonNode> messages = fields.find("messages");
    Optional<JsonNode> input = fields.find("input");
    if (messages.isPresent() && input.isPresent()) {
      throw new ApiException(
          ApiError.invalid(
              "input", "Send either input, the user's words, or messages, a conversation."));
    }
    if (messages.isEmpty() && input.isEmpty()) {
      return JsonNodeFactory.instance.arrayNode();
    }
    if (input.isPresent()) {
      if (!input.get().isTextual() || input.get().textValue().isBlank()) {
        throw RequestFields.invalid("input", "must be a string that is not blank");
      }
      ArrayNode turns = JsonNodeFactory.instance.arrayNode();
      turns.addObject().put("role", "user").set("content", input.get());
      return turns;
    }
    MessagesJson.validateMessages(messages.get())
        .ifPresent(
            fault -> {
              throw RequestFields.invalid(fault.field(), fault.message());
            });
    ArrayNode turns = (ArrayNode) messages.get();
    requireConversation(MessagesJson.findSystemMessage(turns));
    return turns;
  }

  /** Whoever could speak as the system could talk the model out of a tested prompt. */
  private static void requireConversation(OptionalInt systemMessage) {
    systemMessage.ifPresent(
        i -> {
          throw new ApiException(
              ApiError.invalid(
                  "messages." + i + ".role",
                  "Beside a managed prompt, messages are from user and assistant only."));
        });
  }

  /**
   * {@code GET /v1/models}: what the key may ask, in the shape of the API that the caller speaks.
   */
  private HttpResponse listModels(HttpRequest request, Caller caller) {
    List<ModelInfo> allowed = allowedModels(caller).toList();
    return HttpResponse.of(
        200,
        isAnthropicClient(request)
            ? ModelResponses.anthropic(allowed)
            : ModelResponses.openAi(allowed));
  }

  /** {@code GET /v1/models/{model}}: one of them. */
  private HttpResponse getModel(HttpRequest request, String name, Caller caller) {
    ModelInfo model =
        allowedModels(caller)
            .filter(it -> it.model().equals(name))
            .findFirst()
            .orElseThrow(
                () ->
                    new ApiException(
                        ApiError.notFound(
                            "model_not_found",
                            "model",
                            "No model that this key may ask has that name: GET /v1/models lists"
                                + " them.")));
    return HttpResponse.of(
        200,
        isAnthropicClient(request)
            ? ModelResponses.anthropic(model)
            : ModelResponses.openAi(model));
  }

  private Stream<ModelInfo> allowedModels(Caller caller) {
    LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    return catalogue.all().stream()
        .filter(model -> caller.restrictions().allowsModel(model.model()))
        .filter(model -> !model.isRetired(today));
  }

  private static boolean isAnthropicClient(HttpRequest request) {
    return request.header("anthropic-version").isPresent();
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
