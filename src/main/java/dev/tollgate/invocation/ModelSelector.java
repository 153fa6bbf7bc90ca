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

/** Selects the models that may answer a call, and adapts the request to each. */
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

  sealed interface Selection {
    /** At least one candidate, in order of preference. */
    record Selected(List<AdaptedRequest> candidates) implements Selection {}

    record NoEligibleModel(InvocationResult.Rejected rejection) implements Selection {}
  }

  /**
   * Selects the models that are not retired, or have a successor, and that the key allows.
   *
   * @param requests the same request to each model, in order of preference
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

  /** Returns the model, or its successor if it is retired and successors are enabled. */
  private Optional<String> currentModel(String model) {
    Optional<ModelInfo> retired = retired(model);
    if (retired.isEmpty()) {
      return Optional.of(model);
    }
    return useSuccessors ? retired.get().successor().flatMap(this::currentModel) : Optional.empty();
  }

  private Optional<ModelInfo> retired(String model) {
    LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    return models.find(model).filter(info -> info.isRetired(today));
  }

  private InvocationResult.Rejected rejection(Caller caller, String model) {
    return currentModel(model)
        .<InvocationResult.Rejected>map(
            current -> new InvocationResult.ModelNotAllowed(caller.keyId(), current))
        .orElseGet(
            () -> {
              ModelInfo info = retired(model).orElseThrow();
              return new InvocationResult.ModelRetired(
                  model, info.retirementDate().orElseThrow(), info.successor());
            });
  }
}
