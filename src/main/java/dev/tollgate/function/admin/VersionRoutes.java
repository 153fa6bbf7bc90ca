package dev.tollgate.function.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.function.http.ActionTable.Action;
import dev.tollgate.function.http.ApiError;
import dev.tollgate.function.http.ApiException;
import dev.tollgate.function.http.ErrorMapper;
import dev.tollgate.function.http.HttpResponse;
import dev.tollgate.function.http.IntegerParameter;
import dev.tollgate.function.http.PromptNames;
import dev.tollgate.function.http.RequestFields;
import dev.tollgate.function.http.Route;
import dev.tollgate.function.http.RouteRequest;
import dev.tollgate.identity.Caller;
import dev.tollgate.identity.Role;
import dev.tollgate.json.JsonNodes;
import dev.tollgate.prompt.ChangeRequest;
import dev.tollgate.prompt.PromptName;
import dev.tollgate.prompt.PromptRegistry;
import dev.tollgate.prompt.PromptRegistry.PointerUpdate;
import dev.tollgate.prompt.PromptRegistry.Registration;
import dev.tollgate.prompt.PromptRegistry.ResolvedVersion;
import dev.tollgate.prompt.PromptState;
import dev.tollgate.prompt.PromptStore;
import dev.tollgate.prompt.VersionRef;
import dev.tollgate.prompt.content.PromptContent;
import dev.tollgate.prompt.content.PromptLint;
import jakarta.inject.Singleton;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/** Routes for the versions of a prompt: registration, activation, rollback, freezing, diffs. */
@Singleton
public class VersionRoutes {
  private static final int MAX_NAME_LENGTH = 256;
  private static final int MAX_NOTES_LENGTH = 4096;
  private static final int MAX_FORMER_CONTENTS = 50;
  private static final Set<Role> AUTHORS = Set.of(Role.AUTHOR, Role.ADMIN);
  private static final Set<Role> ADMINS = Set.of(Role.ADMIN);

  private final PromptRegistry registry;
  private final PromptStore store;
  private final PromptLint lint;

  public VersionRoutes(PromptRegistry registry, PromptStore store, PromptLint lint) {
    this.registry = registry;
    this.store = store;
    this.lint = lint;
  }

  List<Route> routes() {
    return List.of(
        Route.post("/admin/prompts/{name}/versions", AUTHORS, "Registration", this::register),
        Route.get("/admin/prompts/{name}/active", AUTHORS, "Active version", this::showActive),
        Route.get(
            "/admin/prompts/{name}/versions/{version}", AUTHORS, "Version", this::showVersion),
        Route.get("/admin/prompts/{name}/versions/{version}/gate", AUTHORS, "Gate", this::showGate),
        Route.post(
            "/admin/prompts/{name}/versions/{version}/freeze", ADMINS, "Freeze", this::freeze),
        Route.post(
            "/admin/prompts/{name}/versions/{version}/unfreeze",
            ADMINS,
            "Unfreeze",
            this::unfreeze),
        Route.post("/admin/prompts/{name}/activate", ADMINS, "Activation", this::activate),
        Route.post("/admin/prompts/{name}/rollback", ADMINS, "Rollback", this::rollBack),
        Route.get("/admin/prompts/{name}/diff", AUTHORS, "Diff of two versions", this::diff),
        Route.post(
            "/admin/prompts/{name}/drift", AUTHORS, "Drift of a prompt file", this::checkDrift));
  }

  List<Action> actions() {
    return List.of(
        new Action(
            "register", fields -> register(PromptNames.take(fields), fields, Caller.DIRECT).json()),
        new Action(
            "activate",
            fields ->
                activate(PromptNames.take(fields), fields, Caller.DIRECT, OptionalLong.empty())
                    .json()),
        new Action(
            "rollback",
            fields ->
                rollBack(PromptNames.take(fields), fields, Caller.DIRECT, OptionalLong.empty())
                    .json()),
        new Action(
            "active",
            fields ->
                showVersion(PromptNames.takeOnly(fields), new VersionRef.Production()).json()));
  }

  private HttpResponse register(RouteRequest request) {
    return register(request.promptName(), request.body(), request.caller());
  }

  private HttpResponse register(PromptName name, ObjectNode body, Caller caller) {
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
            ChangeRequests.of(caller, Optional.empty(), OptionalLong.empty()));
    return HttpResponse.of(
        registration.existing() ? 200 : 201,
        PromptResponses.registration(registration, lint.check(content)));
  }

  private HttpResponse showActive(RouteRequest request) {
    return showVersion(request.promptName(), new VersionRef.Production());
  }

  private HttpResponse showVersion(RouteRequest request) {
    PromptName name = request.promptName();
    return showVersion(name, PromptNames.parseVersion("version", request.parameter("version")));
  }

  private HttpResponse showVersion(PromptName name, VersionRef ref) {
    ResolvedVersion found = ErrorMapper.orThrow(registry.resolve(name, ref));
    return HttpResponse.of(200, PromptResponses.version(found, store.listLabels(name)))
        .withEtag(found.state().revision());
  }

  private HttpResponse showGate(RouteRequest request) {
    PromptName name = request.promptName();
    VersionRef ref = PromptNames.parseVersion("version", request.parameter("version"));
    ResolvedVersion found = ErrorMapper.orThrow(registry.resolve(name, ref));
    return HttpResponse.of(
            200, PromptResponses.gate(found, registry.evaluateGate(found.state(), found.version())))
        .withEtag(found.state().revision());
  }

  private HttpResponse freeze(RouteRequest request) {
    PromptName name = request.promptName();
    int version = parseNumber(request);
    ChangeRequest change = ChangeRequests.withReason(request);
    return freezeResponse(version, ErrorMapper.orThrow(registry.freeze(name, version, change)));
  }

  private HttpResponse unfreeze(RouteRequest request) {
    PromptName name = request.promptName();
    int version = parseNumber(request);
    ChangeRequest change = ChangeRequests.withReason(request);
    return freezeResponse(version, ErrorMapper.orThrow(registry.unfreeze(name, version, change)));
  }

  private static int parseNumber(RouteRequest request) {
    return IntegerParameter.parse("version", request.parameter("version"), 1, Integer.MAX_VALUE);
  }

  private static HttpResponse freezeResponse(int version, PromptState state) {
    return HttpResponse.of(
            200,
            JsonNodes.object()
                .put("name", state.name().value())
                .put("version", version)
                .put("frozen", state.isFrozen(version))
                .put("revision", state.revision()))
        .withEtag(state.revision());
  }

  private HttpResponse activate(RouteRequest request) {
    return activate(request.promptName(), request.body(), request.caller(), request.revision());
  }

  private HttpResponse activate(
      PromptName name, ObjectNode body, Caller caller, OptionalLong revision) {
    RequestFields fields = new RequestFields(body, Set.of("version", "force", "reason"));
    int version =
        fields.positiveInteger(
            "version", fields.require("version", "the number of the version to activate"));
    boolean force = fields.flag("force");
    Optional<String> reason = fields.reason();
    if (force && reason.isEmpty()) {
      throw new ApiException(
          ApiError.missing("reason", "The field reason is missing: force requires it."));
    }
    ChangeRequest change = ChangeRequests.of(caller, reason, revision);
    return activationResponse(
        name, ErrorMapper.orThrow(registry.activate(name, version, force, change)));
  }

  private HttpResponse rollBack(RouteRequest request) {
    return rollBack(
        request.promptName(), request.bodyOrEmpty(), request.caller(), request.revision());
  }

  private HttpResponse rollBack(
      PromptName name, ObjectNode body, Caller caller, OptionalLong revision) {
    RequestFields fields = new RequestFields(body, Set.of("to_version", "reason"));
    OptionalInt version =
        fields
            .find("to_version")
            .map(value -> OptionalInt.of(fields.positiveInteger("to_version", value)))
            .orElse(OptionalInt.empty());
    ChangeRequest change = ChangeRequests.of(caller, fields.reason(), revision);
    return activationResponse(name, ErrorMapper.orThrow(registry.rollBack(name, version, change)));
  }

  private static HttpResponse activationResponse(PromptName name, PointerUpdate update) {
    return HttpResponse.of(200, PromptResponses.activation(name, update))
        .withEtag(update.revision());
  }

  private HttpResponse diff(RouteRequest request) {
    PromptName name = request.promptName();
    VersionRef from = PromptNames.parseVersion("from", request.query("from").orElse("production"));
    VersionRef to = PromptNames.parseVersion("to", request.query("to").orElse("latest"));
    ResolvedVersion before = ErrorMapper.orThrow(registry.resolve(name, from));
    ResolvedVersion after = ErrorMapper.orThrow(registry.resolve(name, to));
    return HttpResponse.of(200, PromptResponses.diff(before.version(), after.version()));
  }

  private HttpResponse checkDrift(RouteRequest request) {
    PromptName name = request.promptName();
    Set<String> known = new HashSet<>(PromptContentReader.FIELD_NAMES);
    known.add("former");
    RequestFields fields = new RequestFields(request.body(), known);
    PromptContent file = PromptContentReader.read(fields);
    return HttpResponse.of(
        200,
        PromptResponses.drift(
            name, file, registry.detectDrift(name, file, readFormerHashes(fields))));
  }

  /** The version hashes of the file's former contents that were valid. */
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
        // Invalid content never became a version.
        continue;
      }
    }
    return hashes;
  }
}
