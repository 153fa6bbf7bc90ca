package dev.tollgate.function.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.function.http.ApiError;
import dev.tollgate.function.http.ApiException;
import dev.tollgate.function.http.ApiGatewayHandler;
import dev.tollgate.function.http.HttpRequest;
import dev.tollgate.function.http.HttpResponse;
import dev.tollgate.function.http.Pagination;
import dev.tollgate.function.http.PromptNames;
import dev.tollgate.function.http.RequestFields;
import dev.tollgate.identity.Caller;
import dev.tollgate.prompt.PromptName;
import dev.tollgate.prompt.VersionRef;
import io.quarkus.funqy.Funq;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/** {@code promptAdmin}: the registry of prompts, keys and budgets. */
@Singleton
public class PromptAdminFunction {
  private final ApiGatewayHandler front;
  private final PromptRoutes prompts;
  private final KeyRoutes keys;
  private final BudgetRoutes budgets;

  public PromptAdminFunction(
      ApiGatewayHandler front, PromptRoutes prompts, KeyRoutes keys, BudgetRoutes budgets) {
    this.front = front;
    this.prompts = prompts;
    this.keys = keys;
    this.budgets = budgets;
  }

  @Funq("promptAdmin")
  public JsonNode handle(JsonNode event) {
    return front.handle(event, this::handleHttp, this::handleDirect);
  }

  private HttpResponse handleHttp(HttpRequest request) {
    List<String> path = request.pathSegments();
    if (path.size() < 2) {
      throw new ApiException(ApiError.routeNotFound(request.method(), request.path()));
    }
    return switch (path.get(1)) {
      case "keys" -> keys.handleHttp(request);
      case "budgets" -> budgets.handleHttp(request);
      default -> prompts.handleHttp(request);
    };
  }

  private JsonNode handleDirect(String action, ObjectNode fields) {
    return switch (action) {
      case "register" -> prompts.register(takeName(fields), fields, Caller.DIRECT).json();
      case "activate" ->
          prompts.activate(takeName(fields), fields, Caller.DIRECT, OptionalLong.empty()).json();
      case "rollback" ->
          prompts.rollBack(takeName(fields), fields, Caller.DIRECT, OptionalLong.empty()).json();
      case "active" ->
          prompts.showVersion(takeOnlyName(fields), new VersionRef.Production()).json();
      case "history" ->
          prompts.history(takeOnlyName(fields), Pagination.DEFAULT_LIMIT, Pagination.NEWEST).json();
      case "events" ->
          prompts
              .listEvents(takeOnlyName(fields), Pagination.DEFAULT_LIMIT, Pagination.NEWEST)
              .json();
      case "createKey", "listKeys", "getKey", "rotateKey", "revokeKey", "keyEvents" ->
          keys.handleDirect(action, fields);
      case "listBudgets", "setBudget", "deleteBudget" -> budgets.handleDirect(action, fields);
      default ->
          throw new ApiException(
              ApiError.invalid(
                  "action",
                  "Unknown action %s: promptAdmin knows register, activate, rollback, active,"
                          .formatted(action)
                      + " history, events, createKey, listKeys, getKey, rotateKey, revokeKey,"
                      + " keyEvents, listBudgets, setBudget and deleteBudget."));
    };
  }

  private static PromptName takeOnlyName(ObjectNode fields) {
    PromptName name = takeName(fields);
    RequestFields unused = new RequestFields(fields, Set.of());
    return name;
  }

  private static PromptName takeName(ObjectNode fields) {
    JsonNode name = fields.remove("name");
    return PromptNames.parse("name", name == null ? "" : name.asText());
  }
}
