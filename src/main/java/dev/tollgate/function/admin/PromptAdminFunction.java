package dev.tollgate.function.admin;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.function.http.ActionTable;
import dev.tollgate.function.http.ApiGatewayHandler;
import dev.tollgate.function.http.RouteTable;
import io.quarkus.funqy.Funq;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.stream.Stream;

/** {@code promptAdmin}: prompts, test runs, keys and budgets. */
@Singleton
public class PromptAdminFunction {
  private final ApiGatewayHandler gateway;
  private final RouteTable routes;
  private final ActionTable actions;

  public PromptAdminFunction(
      ApiGatewayHandler gateway,
      PromptRoutes prompts,
      VersionRoutes versions,
      RunRoutes runs,
      SemanticRoutes semantic,
      KeyRoutes keys,
      BudgetRoutes budgets) {
    this.gateway = gateway;
    this.routes =
        new RouteTable(
            Stream.of(
                    prompts.routes(),
                    versions.routes(),
                    runs.routes(),
                    semantic.routes(),
                    keys.routes(),
                    budgets.routes())
                .flatMap(List::stream)
                .toList());
    this.actions =
        new ActionTable(
            "promptAdmin",
            Stream.of(versions.actions(), prompts.actions(), keys.actions(), budgets.actions())
                .flatMap(List::stream)
                .toList());
  }

  @Funq("promptAdmin")
  public JsonNode handle(JsonNode event) {
    return gateway.handle(event, routes, actions);
  }

  public RouteTable routes() {
    return routes;
  }

  public ActionTable actions() {
    return actions;
  }
}
