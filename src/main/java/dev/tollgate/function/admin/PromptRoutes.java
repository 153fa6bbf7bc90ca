package dev.tollgate.function.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.function.http.Access;
import dev.tollgate.function.http.ApiError;
import dev.tollgate.function.http.EventAnswers;
import dev.tollgate.function.http.Fields;
import dev.tollgate.function.http.Front;
import dev.tollgate.function.http.HttpAnswer;
import dev.tollgate.function.http.HttpRequest;
import dev.tollgate.function.http.IfMatch;
import dev.tollgate.function.http.Page;
import dev.tollgate.function.http.PromptNames;
import dev.tollgate.function.http.QueryNumber;
import dev.tollgate.function.http.Refusals;
import dev.tollgate.function.http.RefusedException;
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
  private static final int LONGEST_NAME = 256;
  private static final int LONGEST_NOTES = 4096;
  private static final int MOST_FORMER = 50;

  private static final Set<Role> READERS = EnumSet.of(Role.AUTHOR, Role.ADMIN);
  private static final Set<Role> HISTORIANS = EnumSet.of(Role.AUTHOR, Role.ADMIN, Role.FINANCE);
  private static final Set<Role> AUTHORS = EnumSet.of(Role.AUTHOR, Role.ADMIN);
  private static final Set<Role> ADMINS = EnumSet.of(Role.ADMIN);

  private final Front front;
  private final Access access;
  private final PromptRegistry registry;
  private final PromptStore store;
  private final PromptLint lint;
  private final RunRoutes runs;
  private final SemanticRoutes semantic;

  public PromptRoutes(
      Front front,
      Access access,
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
  HttpAnswer handle(HttpRequest request) {
    List<String> path = request.segments().subList(2, request.segments().size());
    return switch (route(request.method(), path)) {
      case "GET" -> list(request, access.require(request, HISTORIANS));
      case "GET name" -> {
        PromptName name = permit(request, path, HISTORIANS).name();
        yield history(name, Page.limit(request), Page.before(request));
      }
      case "GET name/active" ->
          version(permit(request, path, READERS).name(), new VersionRef.Production());
      case "POST name/versions" -> {
        Permit permit = permit(request, path, AUTHORS);
        yield register(permit.name(), front.object(request), permit.caller());
      }
      case "GET name/versions/x" ->
          version(permit(request, path, READERS).name(), ref("version", path.get(2)));
      case "GET name/versions/x/gate" ->
          gate(permit(request, path, READERS).name(), ref("version", path.get(2)));
      case "POST name/versions/x/freeze" -> {
        Permit permit = permit(request, path, ADMINS);
        yield freeze(permit.name(), number(path.get(2)), order(request, permit, true));
      }
      case "POST name/versions/x/unfreeze" -> {
        Permit permit = permit(request, path, ADMINS);
        yield unfreeze(permit.name(), number(path.get(2)), order(request, permit, true));
      }
      case "POST name/versions/x/runs" -> {
        Permit permit = permit(request, path, AUTHORS);
        yield runs.start(permit.name(), ref("version", path.get(2)), permit.caller());
      }
      case "GET name/runs" -> runs.list(permit(request, path, READERS).name(), request);
      case "GET name/runs/x" ->
          runs.show(permit(request, path, READERS).name(), path.get(2), request);
      case "POST name/drift" -> drift(permit(request, path, READERS).name(), front.object(request));
      case "GET name/diff" ->
          difference(
              permit(request, path, READERS).name(),
              ref("from", request.query().getOrDefault("from", "production")),
              ref("to", request.query().getOrDefault("to", "latest")));
      case "POST name/activate" -> {
        Permit permit = permit(request, path, ADMINS);
        yield activate(permit.name(), front.object(request), permit.caller(), IfMatch.of(request));
      }
      case "POST name/rollback" -> {
        Permit permit = permit(request, path, ADMINS);
        yield rollBack(
            permit.name(), front.objectOrNone(request), permit.caller(), IfMatch.of(request));
      }
      case "POST name/purge" -> {
        Permit permit = permit(request, path, ADMINS);
        yield purge(permit.name(), order(request, permit, false));
      }
      case "GET name/labels" -> labels(permit(request, path, HISTORIANS).name());
      case "PUT name/labels/x" -> {
        Permit permit = permit(request, path, AUTHORS);
        yield label(
            permit.name(),
            label(path.get(2)),
            front.object(request),
            permit.caller(),
            IfMatch.of(request));
      }
      case "DELETE name/labels/x" -> {
        Permit permit = permit(request, path, AUTHORS);
        yield unlabel(permit.name(), label(path.get(2)), order(request, permit, false));
      }
      case "GET name/suite" -> suite(permit(request, path, READERS).name());
      case "PUT name/suite" -> {
        Permit permit = permit(request, path, AUTHORS);
        ChangeRequest order = order(permit.caller(), Optional.empty(), IfMatch.of(request));
        yield suite(permit.name(), SuiteYaml.read(request.body()), order);
      }
      case "PUT name/settings" -> {
        Permit permit = permit(request, path, ADMINS);
        yield settings(permit.name(), front.object(request), permit.caller(), IfMatch.of(request));
      }
      case "GET name/semantic" -> semantic.state(permit(request, path, HISTORIANS).name());
      case "POST name/semantic" -> {
        Permit permit = permit(request, path, ADMINS);
        yield semantic.change(
            permit.name(), front.object(request), permit.caller(), IfMatch.of(request));
      }
      case "GET name/events" -> {
        PromptName name = permit(request, path, HISTORIANS).name();
        yield events(name, Page.limit(request), Page.before(request));
      }
      default -> throw new RefusedException(ApiError.noSuchRoute(request.method(), request.path()));
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
  private record Permit(PromptName name, Caller caller) {}

  private Permit permit(HttpRequest request, List<String> path, Set<Role> roles) {
    Caller caller = access.require(request, roles);
    PromptName name = PromptNames.parse("name", path.getFirst());
    access.requirePrompt(caller, name);
    return new Permit(name, caller);
  }

  private HttpAnswer list(HttpRequest request, Caller caller) {
    int limit = Page.limit(request);
    Optional<PromptName> after = after(request);
    List<PromptState> heads =
        caller.restrictions().prompts().isEmpty()
            ? store.listStates(after, limit)
            : allowed(caller, after, limit);
    ObjectNode answer = PromptAnswers.heads(heads);
    boolean more = heads.size() == limit;
    return HttpAnswer.of(200, answer.put("cursor", more ? heads.getLast().name().value() : null));
  }

  /** A key that is limited to prompts does not even learn the names of others. */
  private List<PromptState> allowed(Caller caller, Optional<PromptName> after, int limit) {
    return caller.restrictions().prompts().stream()
        .sorted()
        .filter(name -> after.map(last -> name.compareTo(last.value()) > 0).orElse(true))
        .flatMap(name -> store.findState(new PromptName(name)).stream())
        .limit(limit)
        .toList();
  }

  HttpAnswer register(PromptName name, ObjectNode body, Caller caller) {
    Set<String> known = new HashSet<>(ContentFields.NAMES);
    known.addAll(Set.of("author", "notes"));
    Fields fields = new Fields(body, known);
    PromptContent content = ContentFields.read(fields);
    Registration registration =
        registry.register(
            name,
            content,
            fields.optionalLine("author", LONGEST_NAME).orElse(caller.keyId()),
            fields.optionalText("notes", LONGEST_NOTES).orElse(""),
            order(caller, Optional.empty(), OptionalLong.empty()));
    return HttpAnswer.of(
        registration.existing() ? 200 : 201,
        PromptAnswers.registered(registration, lint.check(content)));
  }

  HttpAnswer activate(PromptName name, ObjectNode body, Caller caller, OptionalLong revision) {
    Fields fields = new Fields(body, Set.of("version", "force", "reason"));
    int version = fields.positive("version", fields.get("version", "it is a version's number"));
    boolean force = fields.flag("force");
    Optional<String> reason = fields.reason();
    if (force && reason.isEmpty()) {
      throw new RefusedException(
          ApiError.missing("reason", "The field reason is missing: force needs one."));
    }
    ChangeRequest order = order(caller, reason, revision);
    PointerUpdate moved = Refusals.orRefuse(registry.activate(name, version, force, order));
    return HttpAnswer.of(200, PromptAnswers.moved(name, moved)).tagged(moved.revision());
  }

  HttpAnswer rollBack(PromptName name, ObjectNode body, Caller caller, OptionalLong revision) {
    Fields fields = new Fields(body, Set.of("to_version", "reason"));
    OptionalInt version =
        fields
            .find("to_version")
            .map(value -> OptionalInt.of(fields.positive("to_version", value)))
            .orElse(OptionalInt.empty());
    ChangeRequest changeRequest = order(caller, fields.reason(), revision);
    PointerUpdate moved = Refusals.orRefuse(registry.rollBack(name, version, changeRequest));
    return HttpAnswer.of(200, PromptAnswers.moved(name, moved)).tagged(moved.revision());
  }

  HttpAnswer history(PromptName name, int limit, long before) {
    PromptState state = PromptNames.head(store, name);
    return HttpAnswer.of(
            200,
            PromptAnswers.history(
                state,
                store.listLabels(name),
                store.listVersions(name, Page.number(before), limit)))
        .tagged(state.revision());
  }

  HttpAnswer version(PromptName name, VersionRef ref) {
    ResolvedVersion found = Refusals.orRefuse(registry.resolve(name, ref));
    return HttpAnswer.of(200, PromptAnswers.version(found, store.listLabels(name)))
        .tagged(found.state().revision());
  }

  private HttpAnswer gate(PromptName name, VersionRef ref) {
    ResolvedVersion found = Refusals.orRefuse(registry.resolve(name, ref));
    return HttpAnswer.of(
            200, PromptAnswers.gate(found, registry.evaluateGate(found.state(), found.version())))
        .tagged(found.state().revision());
  }

  private HttpAnswer freeze(PromptName name, int version, ChangeRequest changeRequest) {
    return frozen(version, Refusals.orRefuse(registry.freeze(name, version, changeRequest)));
  }

  private HttpAnswer unfreeze(PromptName name, int version, ChangeRequest changeRequest) {
    return frozen(version, Refusals.orRefuse(registry.unfreeze(name, version, changeRequest)));
  }

  private static HttpAnswer frozen(int version, PromptState state) {
    return HttpAnswer.of(
            200,
            PromptAnswers.object()
                .put("name", state.name().value())
                .put("version", version)
                .put("frozen", state.isFrozen(version))
                .put("revision", state.revision()))
        .tagged(state.revision());
  }

  private HttpAnswer drift(PromptName name, ObjectNode body) {
    Set<String> known = new HashSet<>(ContentFields.NAMES);
    known.add("former");
    Fields fields = new Fields(body, known);
    PromptContent file = ContentFields.read(fields);
    return HttpAnswer.of(
        200, PromptAnswers.drift(name, file, registry.detectDrift(name, file, former(fields))));
  }

  /** The version hashes of what a file held before, as far as it was valid then. */
  private static Set<String> former(Fields fields) {
    Optional<JsonNode> contents = fields.find("former");
    if (contents.isEmpty()) {
      return Set.of();
    }
    if (!contents.get().isArray() || contents.get().size() > MOST_FORMER) {
      throw Fields.invalid("former", "must be a list of at most " + MOST_FORMER + " contents");
    }
    Set<String> hashes = new HashSet<>();
    for (JsonNode content : contents.get()) {
      try {
        hashes.add(
            ContentFields.read(Fields.of("former", content, ContentFields.NAMES)).versionHash());
      } catch (RefusedException e) {
        // What was never valid was never a version either.
        continue;
      }
    }
    return hashes;
  }

  private HttpAnswer difference(PromptName name, VersionRef from, VersionRef to) {
    ResolvedVersion before = Refusals.orRefuse(registry.resolve(name, from));
    ResolvedVersion after = Refusals.orRefuse(registry.resolve(name, to));
    return HttpAnswer.of(200, PromptAnswers.difference(before.version(), after.version()));
  }

  private HttpAnswer purge(PromptName name, ChangeRequest changeRequest) {
    PromptState state = Refusals.orRefuse(registry.purgeCache(name, changeRequest));
    return HttpAnswer.of(
        200, PromptAnswers.object().put("name", name.value()).put("epoch", state.cacheEpoch()));
  }

  private HttpAnswer labels(PromptName name) {
    PromptState state = PromptNames.head(store, name);
    return HttpAnswer.of(200, PromptAnswers.labels(state, store.listLabels(name)))
        .tagged(state.revision());
  }

  private HttpAnswer label(
      PromptName name, Label label, ObjectNode body, Caller caller, OptionalLong revision) {
    Fields fields = new Fields(body, Set.of("version", "reason"));
    int version = fields.positive("version", fields.get("version", "it is a version's number"));
    ChangeRequest changeRequest = order(caller, fields.reason(), revision);
    return labelled(
        name, label, Refusals.orRefuse(registry.setLabel(name, label, version, changeRequest)));
  }

  private static HttpAnswer labelled(PromptName name, Label label, PointerUpdate moved) {
    ObjectNode answer =
        PromptAnswers.object().put("name", name.value()).put("label", label.value());
    return HttpAnswer.of(200, answer.setAll(PromptAnswers.moved(name, moved)))
        .tagged(moved.revision());
  }

  private HttpAnswer unlabel(PromptName name, Label label, ChangeRequest changeRequest) {
    PointerUpdate moved = Refusals.orRefuse(registry.removeLabel(name, label, changeRequest));
    HttpAnswer answer = labelled(name, label, moved);
    ((ObjectNode) answer.json()).remove("version");
    return answer;
  }

  private HttpAnswer suite(PromptName name) {
    PromptState state = PromptNames.head(store, name);
    Suite suite =
        state
            .suiteHash()
            .flatMap(hash -> store.findSuite(name, hash))
            .orElseThrow(
                () ->
                    new RefusedException(
                        ApiError.notFound(
                            "suite_not_found",
                            "name",
                            "Prompt %s has no suite: PUT one.".formatted(name))));
    return HttpAnswer.of(
            200, PromptAnswers.suite(name, SuiteYaml.understood(suite)).put("suite", suite.yaml()))
        .tagged(state.revision());
  }

  private HttpAnswer suite(PromptName name, Suite suite, ChangeRequest changeRequest) {
    PromptState state = Refusals.orRefuse(registry.setSuite(name, suite, changeRequest));
    return HttpAnswer.of(
            200,
            PromptAnswers.suite(name, SuiteYaml.understood(suite))
                .put("revision", state.revision()))
        .tagged(state.revision());
  }

  private HttpAnswer settings(
      PromptName name, ObjectNode body, Caller caller, OptionalLong revision) {
    Fields fields = new Fields(body, Set.of("require_second_person", "reason"));
    fields.get("require_second_person", "it says whether activation needs another key");
    ChangeRequest changeRequest = order(caller, fields.reason(), revision);
    PromptState state =
        Refusals.orRefuse(
            registry.requireSecondPerson(
                name, fields.flag("require_second_person"), changeRequest));
    return HttpAnswer.of(
            200,
            PromptAnswers.object()
                .put("name", name.value())
                .put("require_second_person", state.secondPersonRequired())
                .put("revision", state.revision()))
        .tagged(state.revision());
  }

  HttpAnswer events(PromptName name, int limit, long before) {
    PromptState state = PromptNames.head(store, name);
    return HttpAnswer.of(
        200,
        EventAnswers.put(
            PromptAnswers.object().put("name", name.value()),
            store.listEvents(name, before, limit),
            store.verifyChain(state)));
  }

  /** What is to be done on whose word, where the body holds nothing but the reason. */
  private ChangeRequest order(HttpRequest request, Permit permit, boolean needsReason) {
    Fields fields = new Fields(front.objectOrNone(request), Set.of("reason"));
    Optional<String> reason = needsReason ? Optional.of(fields.requiredReason()) : fields.reason();
    return order(permit.caller(), reason, IfMatch.of(request));
  }

  private static ChangeRequest order(
      Caller caller, Optional<String> reason, OptionalLong revision) {
    return new ChangeRequest(caller.keyId(), caller.principalId(), reason, revision);
  }

  private static Optional<PromptName> after(HttpRequest request) {
    return Optional.ofNullable(request.query().get("cursor"))
        .map(cursor -> PromptNames.parse("cursor", cursor));
  }

  private static int number(String version) {
    return QueryNumber.parse("version", version, 1, Integer.MAX_VALUE);
  }

  private static VersionRef ref(String param, String text) {
    return VersionRef.parse(text).orElseThrow(() -> new RefusedException(PromptNames.noRef(param)));
  }

  private static Label label(String text) {
    if (!Label.isValid(text)) {
      throw new RefusedException(
          ApiError.invalid(
              "label",
              "A label must match %s and is not production or latest.".formatted(Label.REGEX)));
    }
    return new Label(text);
  }
}
