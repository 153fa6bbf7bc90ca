package dev.tollgate.function.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.function.http.AccessControl;
import dev.tollgate.function.http.ApiError;
import dev.tollgate.function.http.ApiException;
import dev.tollgate.function.http.ApiGatewayHandler;
import dev.tollgate.function.http.AuditLogResponses;
import dev.tollgate.function.http.ErrorMapper;
import dev.tollgate.function.http.HttpRequest;
import dev.tollgate.function.http.HttpResponse;
import dev.tollgate.function.http.IfMatchHeader;
import dev.tollgate.function.http.IntegerParameter;
import dev.tollgate.function.http.Pagination;
import dev.tollgate.function.http.PromptNames;
import dev.tollgate.function.http.RequestFields;
import dev.tollgate.identity.Caller;
import dev.tollgate.identity.Role;
import dev.tollgate.prompt.ChangeRequest;
import dev.tollgate.prompt.Label;
import dev.tollgate.prompt.PromptContent;
import dev.tollgate.prompt.PromptLint;
import dev.tollgate.prompt.PromptName;
import dev.tollgate.prompt.PromptRegistry;
import dev.tollgate.prompt.PromptRegistry.PointerUpdate;
import dev.tollgate.prompt.PromptRegistry.Registration;
import dev.tollgate.prompt.PromptRegistry.ResolvedVersion;
import dev.tollgate.prompt.PromptState;
import dev.tollgate.prompt.PromptStore;
import dev.tollgate.prompt.Suite;
import dev.tollgate.prompt.VersionRef;
import jakarta.inject.Singleton;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/** {@code /admin/prompts}: the registry over HTTP. */
@Singleton
public class PromptRoutes {
  private static final int MAX_NAME_LENGTH = 256;
  private static final int MAX_NOTES_LENGTH = 4096;
  private static final int MAX_FORMER_CONTENTS = 50;

  private static final Set<Role> READERS = EnumSet.of(Role.AUTHOR, Role.ADMIN);
  private static final Set<Role> HISTORY_READERS =
      EnumSet.of(Role.AUTHOR, Role.ADMIN, Role.FINANCE);
  private static final Set<Role> AUTHORS = EnumSet.of(Role.AUTHOR, Role.ADMIN);
  private static final Set<Role> ADMINS = EnumSet.of(Role.ADMIN);

  private final ApiGatewayHandler front;
  private final AccessControl access;
  private final PromptRegistry registry;
  private final PromptStore store;
  private final PromptLint lint;
  private final RunRoutes runs;
  private final SemanticRoutes semantic;

  public PromptRoutes(
      ApiGatewayHandler front,
      AccessControl access,
      PromptRegistry registry,
      PromptStore store,
      PromptLint lint,
      RunRoutes runs,
      SemanticRoutes semantic) {
    this.front = front;
    this.access = access;
    this.registry = registry;
    this.store = store;
    this.lint = lint;
    this.runs = runs;
    this.semantic = semantic;
  }

  /** Answers a request below {@code /admin/prompts}. */
  HttpResponse handleHttp(HttpRequest request) {
    List<String> path = request.pathSegments().subList(2, request.pathSegments().size());
    return switch (route(request.method(), path)) {
      case "GET" -> list(request, access.authorize(request, HISTORY_READERS));
      case "GET name" -> {
        PromptName name = authorize(request, path, HISTORY_READERS).name();
        yield history(name, Pagination.limit(request), Pagination.before(request));
      }
      case "GET name/active" ->
          showVersion(authorize(request, path, READERS).name(), new VersionRef.Production());
      case "POST name/versions" -> {
        AuthorizedPrompt permit = authorize(request, path, AUTHORS);
        yield register(permit.name(), front.readObject(request), permit.caller());
      }
      case "GET name/versions/x" ->
          showVersion(
              authorize(request, path, READERS).name(), parseVersionRef("version", path.get(2)));
      case "GET name/versions/x/gate" ->
          showGate(
              authorize(request, path, READERS).name(), parseVersionRef("version", path.get(2)));
      case "POST name/versions/x/freeze" -> {
        AuthorizedPrompt permit = authorize(request, path, ADMINS);
        yield freeze(permit.name(), parseVersionNumber(path.get(2)), order(request, permit, true));
      }
      case "POST name/versions/x/unfreeze" -> {
        AuthorizedPrompt permit = authorize(request, path, ADMINS);
        yield unfreeze(
            permit.name(), parseVersionNumber(path.get(2)), order(request, permit, true));
      }
      case "POST name/versions/x/runs" -> {
        AuthorizedPrompt permit = authorize(request, path, AUTHORS);
        yield runs.start(permit.name(), parseVersionRef("version", path.get(2)), permit.caller());
      }
      case "GET name/runs" -> runs.list(authorize(request, path, READERS).name(), request);
      case "GET name/runs/x" ->
          runs.show(authorize(request, path, READERS).name(), path.get(2), request);
      case "POST name/drift" ->
          checkDrift(authorize(request, path, READERS).name(), front.readObject(request));
      case "GET name/diff" ->
          diff(
              authorize(request, path, READERS).name(),
              parseVersionRef("from", request.queryParameters().getOrDefault("from", "production")),
              parseVersionRef("to", request.queryParameters().getOrDefault("to", "latest")));
      case "POST name/activate" -> {
        AuthorizedPrompt permit = authorize(request, path, ADMINS);
        yield activate(
            permit.name(), front.readObject(request), permit.caller(), IfMatchHeader.read(request));
      }
      case "POST name/rollback" -> {
        AuthorizedPrompt permit = authorize(request, path, ADMINS);
        yield rollBack(
            permit.name(),
            front.readObjectOrEmpty(request),
            permit.caller(),
            IfMatchHeader.read(request));
      }
      case "POST name/purge" -> {
        AuthorizedPrompt permit = authorize(request, path, ADMINS);
        yield purge(permit.name(), order(request, permit, false));
      }
      case "GET name/labels" -> listLabels(authorize(request, path, HISTORY_READERS).name());
      case "PUT name/labels/x" -> {
        AuthorizedPrompt permit = authorize(request, path, AUTHORS);
        yield label(
            permit.name(),
            label(path.get(2)),
            front.readObject(request),
            permit.caller(),
            IfMatchHeader.read(request));
      }
      case "DELETE name/labels/x" -> {
        AuthorizedPrompt permit = authorize(request, path, AUTHORS);
        yield unlabel(permit.name(), label(path.get(2)), order(request, permit, false));
      }
      case "GET name/suite" -> suite(authorize(request, path, READERS).name());
      case "PUT name/suite" -> {
        AuthorizedPrompt permit = authorize(request, path, AUTHORS);
        ChangeRequest order = order(permit.caller(), Optional.empty(), IfMatchHeader.read(request));
        yield suite(permit.name(), SuiteReader.read(request.body()), order);
      }
      case "PUT name/settings" -> {
        AuthorizedPrompt permit = authorize(request, path, ADMINS);
        yield changeSettings(
            permit.name(), front.readObject(request), permit.caller(), IfMatchHeader.read(request));
      }
      case "GET name/semantic" ->
          semantic.showState(authorize(request, path, HISTORY_READERS).name());
      case "POST name/semantic" -> {
        AuthorizedPrompt permit = authorize(request, path, ADMINS);
        yield semantic.change(
            permit.name(), front.readObject(request), permit.caller(), IfMatchHeader.read(request));
      }
      case "GET name/events" -> {
        PromptName name = authorize(request, path, HISTORY_READERS).name();
        yield listEvents(name, Pagination.limit(request), Pagination.before(request));
      }
      default -> throw new ApiException(ApiError.routeNotFound(request.method(), request.path()));
    };
  }

  /** The request with the parts that vary taken out, such as {@code GET name/versions/x}. */
  private static String route(String method, List<String> path) {
    return switch (path.size()) {
      case 0 -> method;
      case 1 -> method + " name";
      case 2 -> method + " name/" + path.get(1);
      case 3 -> method + " name/" + path.get(1) + "/x";
      case 4 -> method + " name/" + path.get(1) + "/x/" + path.get(3);
      default -> "";
    };
  }

  /** A prompt, and a caller who may do with it what is asked. */
  private record AuthorizedPrompt(PromptName name, Caller caller) {}

  private AuthorizedPrompt authorize(HttpRequest request, List<String> path, Set<Role> roles) {
    Caller caller = access.authorize(request, roles);
    PromptName name = PromptNames.parse("name", path.getFirst());
    access.requirePromptAllowed(caller, name);
    return new AuthorizedPrompt(name, caller);
  }

  private HttpResponse list(HttpRequest request, Caller caller) {
    int limit = Pagination.limit(request);
    Optional<PromptName> after = readCursor(request);
    List<PromptState> heads =
        caller.restrictions().prompts().isEmpty()
            ? store.listStates(after, limit)
            : listAllowed(caller, after, limit);
    ObjectNode answer = PromptResponses.heads(heads);
    boolean more = heads.size() == limit;
    return HttpResponse.of(200, answer.put("cursor", more ? heads.getLast().name().value() : null));
  }

  /** A key that is limited to prompts does not even learn the names of others. */
  private List<PromptState> listAllowed(Caller caller, Optional<PromptName> after, int limit) {
    return caller.restrictions().prompts().stream()
        .sorted()
        .filter(name -> after.map(last -> name.compareTo(last.value()) > 0).orElse(true))
        .flatMap(name -> store.findState(new PromptName(name)).stream())
        .limit(limit)
        .toList();
  }

  HttpResponse register(PromptName name, ObjectNode body, Caller caller) {
    Set<String> known = new HashSet<>(PromptContentReader.FIELD_NAMES);
    known.addAll(Set.of("author", "notes"));
    RequestFields fields = new RequestFields(body, known);
    PromptContent content = PromptContentReader.read(fields);
    Registration registration =
        registry.register(
            name,
            content,
            fields.optionalSingleLine("author", MAX_NAME_LENGTH).orElse(caller.keyId()),
            fields.optionalText("notes", MAX_NOTES_LENGTH).orElse(""),
            order(caller, Optional.empty(), OptionalLong.empty()));
    return HttpResponse.of(
        registration.existing() ? 200 : 201,
        PromptResponses.registration(registration, lint.check(content)));
  }

  HttpResponse activate(PromptName name, ObjectNode body, Caller caller, OptionalLong revision) {
    RequestFields fields = new RequestFields(body, Set.of("version", "force", "reason"));
    int version =
        fields.positiveInteger("version", fields.require("version", "it is a version's number"));
    boolean force = fields.flag("force");
    Optional<String> reason = fields.reason();
    if (force && reason.isEmpty()) {
      throw new ApiException(
          ApiError.missing("reason", "The field reason is missing: force needs one."));
    }
    ChangeRequest order = order(caller, reason, revision);
    PointerUpdate moved = ErrorMapper.orThrow(registry.activate(name, version, force, order));
    return HttpResponse.of(200, PromptResponses.activation(name, moved)).withEtag(moved.revision());
  }

  HttpResponse rollBack(PromptName name, ObjectNode body, Caller caller, OptionalLong revision) {
    RequestFields fields = new RequestFields(body, Set.of("to_version", "reason"));
    OptionalInt version =
        fields
            .find("to_version")
            .map(value -> OptionalInt.of(fields.positiveInteger("to_version", value)))
            .orElse(OptionalInt.empty());
    ChangeRequest changeRequest = order(caller, fields.reason(), revision);
    PointerUpdate moved = ErrorMapper.orThrow(registry.rollBack(name, version, changeRequest));
    return HttpResponse.of(200, PromptResponses.activation(name, moved)).withEtag(moved.revision());
  }

  HttpResponse history(PromptName name, int limit, long before) {
    PromptState state = PromptNames.requireHead(store, name);
    return HttpResponse.of(
            200,
            PromptResponses.history(
                state,
                store.listLabels(name),
                store.listVersions(name, Pagination.versionNumber(before), limit)))
        .withEtag(state.revision());
  }

  HttpResponse showVersion(PromptName name, VersionRef ref) {
    ResolvedVersion found = ErrorMapper.orThrow(registry.resolve(name, ref));
    return HttpResponse.of(200, PromptResponses.version(found, store.listLabels(name)))
        .withEtag(found.state().revision());
  }

  private HttpResponse showGate(PromptName name, VersionRef ref) {
    ResolvedVersion found = ErrorMapper.orThrow(registry.resolve(name, ref));
    return HttpResponse.of(
            200, PromptResponses.gate(found, registry.evaluateGate(found.state(), found.version())))
        .withEtag(found.state().revision());
  }

  private HttpResponse freeze(PromptName name, int version, ChangeRequest changeRequest) {
    return freezeResponse(
        version, ErrorMapper.orThrow(registry.freeze(name, version, changeRequest)));
  }

  private HttpResponse unfreeze(PromptName name, int version, ChangeRequest changeRequest) {
    return freezeResponse(
        version, ErrorMapper.orThrow(registry.unfreeze(name, version, changeRequest)));
  }

  private static HttpResponse freezeResponse(int version, PromptState state) {
    return HttpResponse.of(
            200,
            PromptResponses.object()
                .put("name", state.name().value())
                .put("version", version)
                .put("frozen", state.isFrozen(version))
                .put("revision", state.revision()))
        .withEtag(state.revision());
  }

  private HttpResponse checkDrift(PromptName name, ObjectNode body) {
    Set<String> known = new HashSet<>(PromptContentReader.FIELD_NAMES);
    known.add("former");
    RequestFields fields = new RequestFields(body, known);
    PromptContent file = PromptContentReader.read(fields);
    return HttpResponse.of(
        200,
        PromptResponses.drift(
            name, file, registry.detectDrift(name, file, readFormerHashes(fields))));
  }

  /** The version hashes of what a file held before, as far as it was valid then. */
  private static Set<String> readFormerHashes(RequestFields fields) {
    Optional<JsonNode> contents = fields.find("former");
    if (contents.isEmpty()) {
      return Set.of();
    }
    if (!contents.get().isArray() || contents.get().size() > MAX_FORMER_CONTENTS) {
      throw RequestFields.invalid(
          "former", "must be a list of at most " + MAX_FORMER_CONTENTS + " contents");
    }
    Set<String> hashes = new HashSet<>();
    for (JsonNode content : contents.get()) {
      try {
        hashes.add(
            PromptContentReader.read(
                    RequestFields.of("former", content, PromptContentReader.FIELD_NAMES))
                .versionHash());
      } catch (ApiException e) {
        // What was never valid was never a version either.
        continue;
      }
    }
    return hashes;
  }

  private HttpResponse diff(PromptName name, VersionRef from, VersionRef to) {
    ResolvedVersion before = ErrorMapper.orThrow(registry.resolve(name, from));
    ResolvedVersion after = ErrorMapper.orThrow(registry.resolve(name, to));
    return HttpResponse.of(200, PromptResponses.diff(before.version(), after.version()));
  }

  private HttpResponse purge(PromptName name, ChangeRequest changeRequest) {
    PromptState state = ErrorMapper.orThrow(registry.purgeCache(name, changeRequest));
    return HttpResponse.of(
        200, PromptResponses.object().put("name", name.value()).put("epoch", state.cacheEpoch()));
  }

  private HttpResponse listLabels(PromptName name) {
    PromptState state = PromptNames.requireHead(store, name);
    return HttpResponse.of(200, PromptResponses.labels(state, store.listLabels(name)))
        .withEtag(state.revision());
  }

  private HttpResponse label(
      PromptName name, Label label, ObjectNode body, Caller caller, OptionalLong revision) {
    RequestFields fields = new RequestFields(body, Set.of("version", "reason"));
    int version =
        fields.positiveInteger("version", fields.require("version", "it is a version's number"));
    ChangeRequest changeRequest = order(caller, fields.reason(), revision);
    return labelResponse(
        name, label, ErrorMapper.orThrow(registry.setLabel(name, label, version, changeRequest)));
  }

  private static HttpResponse labelResponse(PromptName name, Label label, PointerUpdate moved) {
    ObjectNode answer =
        PromptResponses.object().put("name", name.value()).put("label", label.value());
    return HttpResponse.of(200, answer.setAll(PromptResponses.activation(name, moved)))
        .withEtag(moved.revision());
  }

  private HttpResponse unlabel(PromptName name, Label label, ChangeRequest changeRequest) {
    PointerUpdate moved = ErrorMapper.orThrow(registry.removeLabel(name, label, changeRequest));
    HttpResponse answer = labelResponse(name, label, moved);
    ((ObjectNode) answer.json()).remove("version");
    return answer;
  }

  private HttpResponse suite(PromptName name) {
    PromptState state = PromptNames.requireHead(store, name);
    Suite suite =
        state
            .suiteHash()
            .flatMap(hash -> store.findSuite(name, hash))
            .orElseThrow(
                () ->
                    new ApiException(
                        ApiError.notFound(
                            "suite_not_found",
                            "name",
                            "Prompt %s has no suite: PUT one.".formatted(name))));
    return HttpResponse.of(
            200, PromptResponses.suite(name, SuiteReader.parse(suite)).put("suite", suite.yaml()))
        .withEtag(state.revision());
  }

  private HttpResponse suite(PromptName name, Suite suite, ChangeRequest changeRequest) {
    PromptState state = ErrorMapper.orThrow(registry.setSuite(name, suite, changeRequest));
    return HttpResponse.of(
            200,
            PromptResponses.suite(name, SuiteReader.parse(suite)).put("revision", state.revision()))
        .withEtag(state.revision());
  }

  private HttpResponse changeSettings(
      PromptName name, ObjectNode body, Caller caller, OptionalLong revision) {
    RequestFields fields = new RequestFields(body, Set.of("require_second_person", "reason"));
    fields.require("require_second_person", "it says whether activation needs another key");
    ChangeRequest changeRequest = order(caller, fields.reason(), revision);
    PromptState state =
        ErrorMapper.orThrow(
            registry.requireSecondPerson(
                name, fields.flag("require_second_person"), changeRequest));
    return HttpResponse.of(
            200,
            PromptResponses.object()
                .put("name", name.value())
                .put("require_second_person", state.secondPersonRequired())
                .put("revision", state.revision()))
        .withEtag(state.revision());
  }

  HttpResponse listEvents(PromptName name, int limit, long before) {
    PromptState state = PromptNames.requireHead(store, name);
    return HttpResponse.of(
        200,
        AuditLogResponses.addPage(
            PromptResponses.object().put("name", name.value()),
            store.listEvents(name, before, limit),
            store.verifyChain(state)));
  }

  /** What is to be done on whose word, where the body holds nothing but the reason. */
  private ChangeRequest order(HttpRequest request, AuthorizedPrompt permit, boolean needsReason) {
    RequestFields fields = new RequestFields(front.readObjectOrEmpty(request), Set.of("reason"));
    Optional<String> reason = needsReason ? Optional.of(fields.requiredReason()) : fields.reason();
    return order(permit.caller(), reason, IfMatchHeader.read(request));
  }

  private static ChangeRequest order(
      Caller caller, Optional<String> reason, OptionalLong revision) {
    return new ChangeRequest(caller.keyId(), caller.principalId(), reason, revision);
  }

  private static Optional<PromptName> readCursor(HttpRequest request) {
    return Optional.ofNullable(request.queryParameters().get("cursor"))
        .map(cursor -> PromptNames.parse("cursor", cursor));
  }

  private static int parseVersionNumber(String version) {
    return IntegerParameter.parse("version", version, 1, Integer.MAX_VALUE);
  }

  private static VersionRef parseVersionRef(String param, String text) {
    return VersionRef.parse(text)
        .orElseThrow(() -> new ApiException(PromptNames.invalidVersionRef(param)));
  }

  private static Label label(String text) {
    if (!Label.isValid(text)) {
      throw new ApiException(
          ApiError.invalid(
              "label",
              "A label must match %s and is not production or latest.".formatted(Label.REGEX)));
    }
    return new Label(text);
  }
}
