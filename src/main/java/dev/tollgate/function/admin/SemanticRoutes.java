package dev.tollgate.function.admin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.function.http.Fields;
import dev.tollgate.function.http.HttpAnswer;
import dev.tollgate.function.http.PromptNames;
import dev.tollgate.function.http.Refusals;
import dev.tollgate.identity.Caller;
import dev.tollgate.prompt.ChangeRequest;
import dev.tollgate.prompt.PromptName;
import dev.tollgate.prompt.PromptRegistry;
import dev.tollgate.prompt.PromptState;
import dev.tollgate.prompt.PromptStore;
import dev.tollgate.prompt.PromptVersion;
import dev.tollgate.shadow.Comparisons;
import dev.tollgate.shadow.Comparisons.Series;
import dev.tollgate.shadow.FalseHitLimit;
import dev.tollgate.shadow.Tally;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** {@code /admin/prompts/{name}/semantic}: how right answers to similar questions are. */
@Singleton
public class SemanticRoutes {
  private static final int MOST_DIFFERENT = 10;

  private final PromptStore prompts;
  private final PromptRegistry registry;
  private final Comparisons comparisons;
  private final FalseHitLimit limit;

  public SemanticRoutes(
      PromptStore prompts, PromptRegistry registry, Comparisons comparisons, FalseHitLimit limit) {
    this.prompts = prompts;
    this.registry = registry;
    this.comparisons = comparisons;
    this.limit = limit;
  }

  HttpAnswer state(PromptName name) {
    return state(PromptNames.head(prompts, name));
  }

  HttpAnswer change(PromptName name, ObjectNode body, Caller caller, OptionalLong revision) {
    Fields fields = new Fields(body, Set.of("enabled", "reason"));
    fields.get("enabled", "it says whether answers to similar questions may be served");
    boolean enabled = fields.flag("enabled");
    String reason = fields.requiredReason();
    ChangeRequest changeRequest =
        new ChangeRequest(caller.keyId(), caller.principalId(), Optional.of(reason), revision);
    return state(
        Refusals.orRefuse(
            enabled
                ? registry.enableSemanticCache(name, changeRequest)
                : registry.disableSemanticCache(name, changeRequest)));
  }

  private HttpAnswer state(PromptState state) {
    Optional<PromptVersion> version =
        state.active().isPresent()
            ? prompts.findVersion(state.name(), state.active().getAsInt())
            : Optional.empty();
    return HttpAnswer.of(
            200,
            SemanticAnswers.state(
                state,
                version,
                version
                    .map(it -> comparisons.tally(Series.of(state, it.content().versionHash())))
                    .orElse(Tally.NONE),
                comparisons.different(state.name(), MOST_DIFFERENT),
                limit.share()))
        .tagged(state.revision());
  }
}
