package dev.tollgate.invocation;

import dev.tollgate.identity.Caller;
import dev.tollgate.provider.Fitted;
import dev.tollgate.provider.ModelCatalogue;
import dev.tollgate.provider.ModelFacts;
import dev.tollgate.provider.ModelRequest;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Says which models may answer a call, and what is asked of each. */
@Singleton
class Candidates {
  private final ModelCatalogue models;
  private final Clock clock;
  private final boolean useSuccessors;

  Candidates(
      ModelCatalogue models,
      Clock clock,
      @ConfigProperty(name = "tollgate.models.use-successors", defaultValue = "false")
          boolean useSuccessors) {
    this.models = models;
    this.clock = clock;
    this.useSuccessors = useSuccessors;
  }

  /** What came of looking for models. */
  sealed interface Choice {
    /** At least one, the best first. */
    record Chosen(List<Fitted> candidates) implements Choice {}

    record Nobody(InvocationResult.Refused refusal) implements Choice {}
  }

  /**
   * Chooses among models: those that are still there, or whose successors are, and that the key
   * allows.
   *
   * @param requests one question as it would be put to each model, the best first
   */
  Choice choose(Caller caller, List<ModelRequest> requests) {
    List<Fitted> candidates = new ArrayList<>();
    for (ModelRequest request : requests) {
      current(request.model())
          .filter(caller.restrictions()::allowsModel)
          .map(model -> model.equals(request.model()) ? request : request.to(model))
          .ifPresent(current -> candidates.add(models.fit(current)));
    }
    return candidates.isEmpty()
        ? new Choice.Nobody(refusal(caller, requests.getFirst().model()))
        : new Choice.Chosen(candidates);
  }

  /** The model itself, or the one that has followed it. */
  private Optional<String> current(String model) {
    Optional<ModelFacts> retired = retired(model);
    if (retired.isEmpty()) {
      return Optional.of(model);
    }
    return useSuccessors ? retired.get().successor().flatMap(this::current) : Optional.empty();
  }

  private Optional<ModelFacts> retired(String model) {
    LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    return models.find(model).filter(facts -> facts.isRetired(today));
  }

  private InvocationResult.Refused refusal(Caller caller, String model) {
    return current(model)
        .<InvocationResult.Refused>map(
            current -> new InvocationResult.ModelNotAllowed(caller.keyId(), current))
        .orElseGet(
            () -> {
              ModelFacts facts = retired(model).orElseThrow();
              return new InvocationResult.ModelRetired(
                  model, facts.retires().orElseThrow(), facts.successor());
            });
  }
}
