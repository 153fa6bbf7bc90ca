package dev.tollgate.function.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.function.http.ApiError;
import dev.tollgate.function.http.Fields;
import dev.tollgate.function.http.Front;
import dev.tollgate.function.http.HttpAnswer;
import dev.tollgate.function.http.HttpRequest;
import dev.tollgate.function.http.Page;
import dev.tollgate.function.http.PromptNames;
import dev.tollgate.function.http.RefusedException;
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
  private final Front front;
  private final PromptRoutes prompts;
  private final KeyRoutes keys;
  private final BudgetRoutes budgets;

  public PromptAdminFunction(
      Front front, PromptRoutes prompts, KeyRoutes keys, BudgetRoutes budgets) {
    this.front = front;
    this.prompts = prompts;
    this.keys = keys;
    this.budgets = budgets;
  }

  @Funq("promptAdmin")
  public JsonNode handle(JsonNode event) {
    return front.handle(event, this::http, this::direct);
  }

  private HttpAnswer http(HttpRequest request) {
    List<String> path = request.segments();
    if (path.size() < 2) {
      throw new RefusedException(ApiError.noSuchRoute(request.method(), request.path()));
    }
    return switch (path.get(1)) {
      case "keys" -> keys.http(request);
      case "budgets" -> budgets.http(request);
      default -> prompts.handle(request);
    };
  }

  private JsonNode direct(String action, ObjectNode fields) {
    return switch (action) {
      case "register" -> prompts.register(name(fields), fields, Caller.DIRECT).json();
      case "activate" ->
          prompts.activate(name(fields), fields, Caller.DIRECT, OptionalLong.empty()).json();
      case "rollback" ->
          prompts.rollBack(name(fields), fields, Caller.DIRECT, OptionalLong.empty()).json();
      case "active" -> prompts.version(onlyName(fields), new VersionRef.Production()).json();
      case "history" -> prompts.history(onlyName(fields), Page.LIMIT, Page.NEWEST).json();
      case "events" -> prompts.events(onlyName(fields), Page.LIMIT, Page.NEWEST).json();
      case "createKey", "listKeys", "getKey", "rotateKey", "revokeKey", "keyEvents" ->
          keys.direct(action, fields);
      case "listBudgets", "setBudget", "deleteBudget" -> budgets.direct(action, fields);
      default ->
          throw new RefusedException(
              ApiError.invalid(
                  "action",
                  "Unknown action %s: promptAdmin knows register, activate, rollback, active,"
                          .formatted(action)
                      + " history, events, createKey, listKeys, getKey, rotateKey, revokeKey,"
                      + " keyEvents, listBudgets, setBudget and deleteBudget."));
    };
  }

  private static PromptName onlyName(ObjectNode fields) {
    PromptName name = name(fields);
    Fields unused = new Fields(fields, Set.of());
    return name;
  }

  private static PromptName name(ObjectNode fields) {
    JsonNode name = fields.remove("name");
    return PromptNames.parse("name", name == null ? "" : name.asText());
  }
}
