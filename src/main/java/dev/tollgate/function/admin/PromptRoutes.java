package dev.tollgate.function.admin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.function.http.ActionTable.Action;
import dev.tollgate.function.http.ApiError;
import dev.tollgate.function.http.ApiException;
import dev.tollgate.function.http.AuditLogResponses;
import dev.tollgate.function.http.ErrorMapper;
import dev.tollgate.function.http.HttpResponse;
import dev.tollgate.function.http.Pagination;
import dev.tollgate.function.http.PromptNames;
import dev.tollgate.function.http.RequestFields;
import dev.tollgate.function.http.Route;
import dev.tollgate.function.http.RouteRequest;
import dev.tollgate.identity.Caller;
import dev.tollgate.identity.Role;
import dev.tollgate.json.JsonNodes;
import dev.tollgate.prompt.ChangeRequest;
import dev.tollgate.prompt.Label;
import dev.tollgate.prompt.PromptName;
import dev.tollgate.prompt.PromptRegistry;
import dev.tollgate.prompt.PromptRegistry.PointerUpdate;
import dev.tollgate.prompt.PromptState;
import dev.tollgate.prompt.PromptStore;
import dev.tollgate.prompt.Suite;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Routes for prompts: lists, history, labels, test suites, settings and the audit log. */
@Singleton
public class PromptRoutes {
  private static final Set<Role> READERS = Set.of(Role.AUTHOR, Role.ADMIN, Role.FINANCE);
  private static final Set<Role> AUTHORS = Set.of(Role.AUTHOR, Role.ADMIN);
  private static final Set<Role> ADMINS = Set.of(Role.ADMIN);

  private final PromptRegistry registry;
  private final PromptStore store;

  public PromptRoutes(PromptRegistry registry, PromptStore store) {
    this.registry = registry;
    this.store = store;
  }

  List<Route> routes() {
    return List.of(
        Route.get("/admin/prompts", READERS, "Prompts", this::list),
        Route.get("/admin/prompts/{name}", READERS, "History of a prompt", this::history),
        Route.get("/admin/prompts/{name}/labels", READERS, "Labels", this::listLabels),
        Route.put("/admin/prompts/{name}/labels/{label}", AUTHORS, "Label", this::setLabel),
        Route.delete(
            "/admin/prompts/{name}/labels/{label}",
            AUTHORS,
            "Removal of a label",
            this::removeLabel),
        Route.get("/admin/prompts/{name}/suite", AUTHORS, "Test suite", this::showSuite),
        Route.put("/admin/prompts/{name}/suite", AUTHORS, "New test suite", this::setSuite),
        Route.put("/admin/prompts/{name}/settings", ADMINS, "Settings", this::changeSettings),
        Route.post("/admin/prompts/{name}/purge", ADMINS, "Purge of cached answers", this::purge),
        Route.get(
            "/admin/prompts/{name}/events", READERS, "Audit log of a prompt", this::listEvents));
  }

  List<Action> actions() {
    return List.of(
        new Action(
            "history",
            fields ->
                history(PromptNames.takeOnly(fields), Pagination.DEFAULT_LIMIT, Pagination.NEWEST)
                    .json()),
        new Action(
            "events",
            fields ->
                listEvents(
                        PromptNames.takeOnly(fields), Pagination.DEFAULT_LIMIT, Pagination.NEWEST)
                    .json()));
  }

  private HttpResponse list(RouteRequest request) {
    int limit = request.limit();
    Optional<PromptName> after =
        request.query("cursor").map(cursor -> PromptNames.parse("cursor", cursor));
    Caller caller = request.caller();
    List<PromptState> states =
        caller.restrictions().prompts().isEmpty()
            ? store.listStates(after, limit)
            : listAllowed(caller, after, limit);
    ObjectNode response = PromptResponses.list(states);
    boolean more = states.size() == limit;
    return HttpResponse.of(
        200, response.put("cursor", more ? states.getLast().name().value() : null));
  }

  /** A key that is limited to prompts cannot learn the names of others. */
  private List<PromptState> listAllowed(Caller caller, Optional<PromptName> after, int limit) {
    return caller.restrictions().prompts().stream()
        .sorted()
        .filter(name -> after.map(last -> name.compareTo(last.value()) > 0).orElse(true))
        .flatMap(name -> store.findState(new PromptName(name)).stream())
        .limit(limit)
        .toList();
  }

  private HttpResponse history(RouteRequest request) {
    return history(request.promptName(), request.limit(), request.before());
  }

  private HttpResponse history(PromptName name, int limit, long before) {
    PromptState state = PromptNames.requireState(store, name);
    return HttpResponse.of(
            200,
            PromptResponses.history(
                state,
                store.listLabels(name),
                store.listVersions(name, Pagination.versionNumber(before), limit)))
        .withEtag(state.revision());
  }

  private HttpResponse listLabels(RouteRequest request) {
    PromptState state = PromptNames.requireState(store, request.promptName());
    return HttpResponse.of(200, PromptResponses.labels(state, store.listLabels(state.name())))
        .withEtag(state.revision());
  }

  private HttpResponse setLabel(RouteRequest request) {
    PromptName name = request.promptName();
    Label label = parseLabel(request);
    RequestFields fields = new RequestFields(request.body(), Set.of("version", "reason"));
    int version =
        fields.positiveInteger(
            "version", fields.require("version", "the number of the version to label"));
    ChangeRequest change = ChangeRequests.of(request.caller(), fields.reason(), request.revision());
    return labelResponse(
        name, label, ErrorMapper.orThrow(registry.setLabel(name, label, version, change)));
  }

  private HttpResponse removeLabel(RouteRequest request) {
    PromptName name = request.promptName();
    Label label = parseLabel(request);
    ChangeRequest change = ChangeRequests.withOptionalReason(request);
    PointerUpdate update = ErrorMapper.orThrow(registry.removeLabel(name, label, change));
    HttpResponse response = labelResponse(name, label, update);
    ((ObjectNode) response.json()).remove("version");
    return response;
  }

  private static Label parseLabel(RouteRequest request) {
    String label = request.parameter("label");
    if (!Label.isValid(label)) {
      throw new ApiException(
          ApiError.invalid(
              "label",
              "A label must match %s and cannot be production or latest.".formatted(Label.REGEX)));
    }
    return new Label(label);
  }

  private static HttpResponse labelResponse(PromptName name, Label label, PointerUpdate update) {
    ObjectNode response = JsonNodes.object().put("name", name.value()).put("label", label.value());
    return HttpResponse.of(200, response.setAll(PromptResponses.activation(name, update)))
        .withEtag(update.revision());
  }

  private HttpResponse showSuite(RouteRequest request) {
    PromptName name = request.promptName();
    PromptState state = PromptNames.requireState(store, name);
    Suite suite =
        state
            .suiteHash()
            .flatMap(hash -> store.findSuite(name, hash))
            .orElseThrow(
                () ->
                    new ApiException(
                        ApiError.notFound("suite_not_found", "name", RunRoutes.noTests(name))));
    return HttpResponse.of(
            200, PromptResponses.suite(name, SuiteReader.parse(suite)).put("suite", suite.yaml()))
        .withEtag(state.revision());
  }

  private HttpResponse setSuite(RouteRequest request) {
    PromptName name = request.promptName();
    ChangeRequest change =
        ChangeRequests.of(request.caller(), Optional.empty(), request.revision());
    Suite suite = SuiteReader.read(request.http().body());
    PromptState state = ErrorMapper.orThrow(registry.setSuite(name, suite, change));
    return HttpResponse.of(
            200,
            PromptResponses.suite(name, SuiteReader.parse(suite)).put("revision", state.revision()))
        .withEtag(state.revision());
  }

  private HttpResponse changeSettings(RouteRequest request) {
    PromptName name = request.promptName();
    RequestFields fields =
        new RequestFields(request.body(), Set.of("require_second_person", "reason"));
    fields.require("require_second_person", "whether another key must activate a version");
    ChangeRequest change = ChangeRequests.of(request.caller(), fields.reason(), request.revision());
    PromptState state =
        ErrorMapper.orThrow(
            registry.requireSecondPerson(name, fields.flag("require_second_person"), change));
    return HttpResponse.of(
            200,
            JsonNodes.object()
                .put("name", name.value())
                .put("require_second_person", state.secondPersonRequired())
                .put("revision", state.revision()))
        .withEtag(state.revision());
  }

  private HttpResponse purge(RouteRequest request) {
    PromptName name = request.promptName();
    PromptState state =
        ErrorMapper.orThrow(registry.purgeCache(name, ChangeRequests.withOptionalReason(request)));
    return HttpResponse.of(
        200, JsonNodes.object().put("name", name.value()).put("epoch", state.cacheEpoch()));
  }

  private HttpResponse listEvents(RouteRequest request) {
    return listEvents(request.promptName(), request.limit(), request.before());
  }

  private HttpResponse listEvents(PromptName name, int limit, long before) {
    PromptState state = PromptNames.requireState(store, name);
    return HttpResponse.of(
        200,
        AuditLogResponses.addPage(
            JsonNodes.object().put("name", name.value()),
            store.listEvents(name, before, limit),
            store.verifyChain(state)));
  }
}
