package dev.tollgate.function.admin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.function.http.ErrorMapper;
import dev.tollgate.function.http.HttpResponse;
import dev.tollgate.function.http.PromptNames;
import dev.tollgate.function.http.RequestFields;
import dev.tollgate.identity.Caller;
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
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** {@code /admin/prompts/{name}/semantic}: how right answers to similar questions are. */
@Singleton
public class SemanticRoutes {
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

  HttpResponse showState(PromptName name) {
    return showState(PromptNames.requireHead(prompts, name));
  }

  HttpResponse change(PromptName name, ObjectNode body, Caller caller, OptionalLong revision) {
    RequestFields fields = new RequestFields(body, Set.of("enabled", "reason"));
    fields.require("enabled", "it says whether answers to similar questions may be served");
    boolean enabled = fields.flag("enabled");
    String reason = fields.requiredReason();
    ChangeRequest changeRequest =
        new ChangeRequest(caller.keyId(), caller.principalId(), Optional.of(reason), revision);
    return showState(
        ErrorMapper.orThrow(
            enabled
                ? registry.enableSemanticCache(name, changeRequest)
                : registry.disableSemanticCache(name, changeRequest)));
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
