package dev.tollgate.function.invoke;

import dev.tollgate.function.http.ApiError;
import dev.tollgate.function.http.ApiException;
import dev.tollgate.function.http.HttpResponse;
import dev.tollgate.function.http.Route;
import dev.tollgate.function.http.RouteRequest;
import dev.tollgate.identity.Caller;
import dev.tollgate.identity.Role;
import dev.tollgate.provider.ModelCatalogue;
import dev.tollgate.provider.ModelInfo;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Routes for the models that a key can use, in the format of the API that the client uses. */
@Singleton
public class ModelRoutes {
  private static final Set<Role> CALLERS = Set.of(Role.INVOKE, Role.PREVIEW);

  private final ModelCatalogue catalogue;
  private final Clock clock;

  public ModelRoutes(ModelCatalogue catalogue, Clock clock) {
    this.catalogue = catalogue;
    this.clock = clock;
  }

  List<Route> routes() {
    return List.of(
        Route.get("/v1/models", CALLERS, "Models", this::list),
        Route.get("/v1/models/{model}", CALLERS, "Model", this::show));
  }

  private HttpResponse list(RouteRequest request) {
    List<ModelInfo> models = allowedModels(request.caller()).toList();
    return HttpResponse.of(
        200,
        isAnthropicClient(request)
            ? ModelResponses.anthropic(models)
            : ModelResponses.openAi(models));
  }

  private HttpResponse show(RouteRequest request) {
    String name = request.parameter("model");
    ModelInfo model =
        allowedModels(request.caller())
            .filter(it -> it.model().equals(name))
            .findFirst()
            .orElseThrow(
                () ->
                    new ApiException(
                        ApiError.notFound(
                            "model_not_found",
                            "model",
                            "Model not found among those that this key can use. GET /v1/models"
                                + " lists them.")));
    return HttpResponse.of(
        200,
        isAnthropicClient(request)
            ? ModelResponses.anthropic(model)
            : ModelResponses.openAi(model));
  }

  private Stream<ModelInfo> allowedModels(Caller caller) {
    LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    return catalogue.all().stream()
        .filter(model -> caller.restrictions().allowsModel(model.model()))
        .filter(model -> !model.isRetired(today));
  }

  private static boolean isAnthropicClient(RouteRequest request) {
    return request.http().header("anthropic-version").isPresent();
  }
}
