package dev.tollgate.function.admin;

import dev.tollgate.function.http.ErrorMapper;
import dev.tollgate.function.http.HttpResponse;
import dev.tollgate.function.http.PromptNames;
import dev.tollgate.function.http.RequestFields;
import dev.tollgate.function.http.Route;
import dev.tollgate.function.http.RouteRequest;
import dev.tollgate.identity.Role;
import dev.tollgate.prompt.ChangeRequest;
import dev.tollgate.prompt.PromptName;
import dev.tollgate.prompt.PromptRegistry;
import dev.tollgate.prompt.PromptState;
import dev.tollgate.prompt.PromptStore;
import dev.tollgate.prompt.PromptVersion;
import dev.tollgate.shadow.ComparisonStore;
import dev.tollgate.shadow.ComparisonStore.CountingWindow;
import dev.tollgate.shadow.FalseHitLimit;
import dev.tollgate.shadow.VerdictCounts;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Routes for the semantic cache of a prompt: its shadow comparisons and its switch. */
@Singleton
public class SemanticRoutes {
  private static final Set<Role> READERS = Set.of(Role.AUTHOR, Role.ADMIN, Role.FINANCE);
  private static final Set<Role> ADMINS = Set.of(Role.ADMIN);
  private static final int MAX_DIFFERING_CALLS = 10;

  private final PromptStore prompts;
  private final PromptRegistry registry;
  private final ComparisonStore comparisons;
  private final FalseHitLimit limit;

  public SemanticRoutes(
      PromptStore prompts,
      PromptRegistry registry,
      ComparisonStore comparisons,
      FalseHitLimit limit) {
    this.prompts = prompts;
    this.registry = registry;
    this.comparisons = comparisons;
    this.limit = limit;
  }

  List<Route> routes() {
    return List.of(
        Route.get(
            "/admin/prompts/{name}/semantic", READERS, "Semantic cache of a prompt", this::show),
        Route.post(
            "/admin/prompts/{name}/semantic",
            ADMINS,
            "Switch of the semantic cache",
            this::change));
  }

  private HttpResponse show(RouteRequest request) {
    return showState(PromptNames.requireState(prompts, request.promptName()));
  }

  private HttpResponse change(RouteRequest request) {
    PromptName name = request.promptName();
    RequestFields fields = new RequestFields(request.body(), Set.of("enabled", "reason"));
    fields.require("enabled", "whether the semantic cache serves this prompt");
    boolean enabled = fields.flag("enabled");
    ChangeRequest change =
        ChangeRequests.of(
            request.caller(), Optional.of(fields.requiredReason()), request.revision());
    return showState(
        ErrorMapper.orThrow(
            enabled
                ? registry.enableSemanticCache(name, change)
                : registry.disableSemanticCache(name, change)));
  }

  private HttpResponse showState(PromptState state) {
    Optional<PromptVersion> version =
        state.active().isPresent()
            ? prompts.findVersion(state.name(), state.active().getAsInt())
            : Optional.empty();
    return HttpResponse.of(
            200,
            SemanticResponses.state(
                state,
                version,
                version
                    .map(
                        it ->
                            comparisons.counts(
                                CountingWindow.of(state, it.content().versionHash())))
                    .orElse(VerdictCounts.NONE),
                comparisons.listDifferingCalls(state.name(), MAX_DIFFERING_CALLS),
                limit.share()))
        .withEtag(state.revision());
  }
}
