package dev.tollgate.invocation;

import dev.tollgate.identity.Caller;
import dev.tollgate.provider.AdaptedRequest;
import dev.tollgate.provider.ModelCatalogue;
import dev.tollgate.provider.ModelInfo;
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
class ModelSelector {
  private final ModelCatalogue models;
  private final Clock clock;
  private final boolean useSuccessors;

  ModelSelector(
      ModelCatalogue models,
      Clock clock,
      @ConfigProperty(name = "tollgate.models.use-successors", defaultValue = "false")
          boolean useSuccessors) {
    this.models = models;
    this.clock = clock;
    this.useSuccessors = useSuccessors;
  }

  /** What came of looking for models. */
  sealed interface Selection {
    /** At least one, the best first. */
    record Selected(List<AdaptedRequest> candidates) implements Selection {}

    record NoEligibleModel(InvocationResult.Rejected rejection) implements Selection {}
  }

  /**
   * Chooses among models: those that are still there, or whose successors are, and that the key
   * allows.
   *
   * @param requests one question as it would be put to each model, the best first
   */
  Selection select(Caller caller, List<ModelRequest> requests) {
    List<AdaptedRequest> candidates = new ArrayList<>();
    for (ModelRequest request : requests) {
      currentModel(request.model())
          .filter(caller.restrictions()::allowsModel)
          .map(model -> model.equals(request.model()) ? request : request.withModel(model))
          .ifPresent(current -> candidates.add(models.adapt(current)));
    }
    return candidates.isEmpty()
        ? new Selection.NoEligibleModel(rejection(caller, requests.getFirst().model()))
        : new Selection.Selected(candidates);
  }

  /** The model itself, or the one that has followed it. */
  private Optional<String> currentModel(String model) {
    Optional<ModelInfo> retired = retired(model);
    if (retired.isEmpty()) {
      return Optional.of(model);
    }
    return useSuccessors ? retired.get().successor().flatMap(this::currentModel) : Optional.empty();
  }

  private Optional<ModelInfo> retired(String model) {
    LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    return models.find(model).filter(facts -> facts.isRetired(today));
  }

  private InvocationResult.Rejected rejection(Caller caller, String model) {
    return currentModel(model)
        .<InvocationResult.Rejected>map(
            current -> new InvocationResult.ModelNotAllowed(caller.keyId(), current))
        .orElseGet(
            () -> {
              ModelInfo facts = retired(model).orElseThrow();
              return new InvocationResult.ModelRetired(
                  model, facts.retirementDate().orElseThrow(), facts.successor());
            });
  }
}
