package dev.tollgate.function.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.budget.Budget;
import dev.tollgate.budget.BudgetId;
import dev.tollgate.budget.BudgetPeriod;
import dev.tollgate.budget.BudgetRegistry;
import dev.tollgate.budget.BudgetReport;
import dev.tollgate.budget.BudgetScope;
import dev.tollgate.budget.BudgetStore;
import dev.tollgate.function.http.ActionTable.Action;
import dev.tollgate.function.http.ApiError;
import dev.tollgate.function.http.ApiException;
import dev.tollgate.function.http.AuditLogResponses;
import dev.tollgate.function.http.Csv;
import dev.tollgate.function.http.HttpResponse;
import dev.tollgate.function.http.PromptNames;
import dev.tollgate.function.http.RequestFields;
import dev.tollgate.function.http.Route;
import dev.tollgate.function.http.RouteRequest;
import dev.tollgate.function.http.TablePage;
import dev.tollgate.identity.Caller;
import dev.tollgate.identity.KeyStore;
import dev.tollgate.identity.Role;
import dev.tollgate.identity.VirtualKey;
import dev.tollgate.json.JsonNodes;
import dev.tollgate.prompt.PromptName;
import dev.tollgate.prompt.PromptStore;
import jakarta.inject.Singleton;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Routes for budgets: usage, limits and the audit log. */
@Singleton
public class BudgetRoutes {
  private static final Set<Role> ADMINS = Set.of(Role.ADMIN);
  private static final Set<Role> READERS = Set.of(Role.FINANCE, Role.ADMIN);
  private static final int MAX_NAME_LENGTH = 256;
  private static final int MAX_DECIMALS = 9;
  private static final BigDecimal MAX_USD = new BigDecimal("1000000000");

  private final BudgetRegistry registry;
  private final BudgetStore store;
  private final BudgetReport report;
  private final KeyStore keys;
  private final PromptStore prompts;

  public BudgetRoutes(
      BudgetRegistry registry,
      BudgetStore store,
      BudgetReport report,
      KeyStore keys,
      PromptStore prompts) {
    this.registry = registry;
    this.store = store;
    this.report = report;
    this.keys = keys;
    this.prompts = prompts;
  }

  List<Route> routes() {
    return Stream.of(
            Route.get("/admin/budgets", READERS, "Budgets", this::list),
            Route.get(
                "/admin/budgets/events",
                READERS,
                "Audit log of budgets",
                it ->
                    HttpResponse.of(
                        200, AuditLogResponses.page(store.auditLog(), it.limit(), it.before()))),
            Route.get(
                "/admin/budgets/{scope}/{id}",
                READERS,
                "Budget",
                it -> HttpResponse.of(200, show(parseId(it)))),
            Route.put(
                "/admin/budgets/{scope}/{id}",
                ADMINS,
                "New or changed budget",
                it -> HttpResponse.of(200, set(parseId(it), it.body(), it.caller()))),
            Route.delete(
                "/admin/budgets/{scope}/{id}",
                ADMINS,
                "Deletion of a budget",
                it -> HttpResponse.of(200, delete(parseId(it), it.bodyOrEmpty(), it.caller()))))
        .map(Route::requireUnrestrictedKey)
        .toList();
  }

  List<Action> actions() {
    return List.of(
        new Action(
            "listBudgets",
            fields -> {
              RequestFields unused = new RequestFields(fields, Set.of());
              return report.addTo(JsonNodes.object());
            }),
        new Action("setBudget", fields -> set(takeId(fields), fields, Caller.DIRECT)),
        new Action("deleteBudget", fields -> delete(takeId(fields), fields, Caller.DIRECT)));
  }

  private HttpResponse list(RouteRequest request) {
    if (!Csv.isRequested(request.query("format"), request.http().header("accept"))) {
      return HttpResponse.of(200, report.addTo(JsonNodes.object()));
    }
    List<ObjectNode> rows = report.rows();
    return TablePage.of(BudgetReport.COLUMNS, rows, rows.size(), _ -> "")
        .toCsvResponse("tollgate-budgets.csv");
  }

  private ObjectNode show(BudgetId id) {
    return report.row(store.find(id).orElseThrow(() -> notFound(id)));
  }

  private ObjectNode set(BudgetId id, ObjectNode body, Caller caller) {
    RequestFields fields =
        new RequestFields(body, Set.of("period", "soft_usd", "hard_usd", "reason"));
    BudgetPeriod period =
        BudgetPeriod.of(fields.singleLine("period", "daily or monthly, in UTC", MAX_NAME_LENGTH))
            .orElseThrow(() -> RequestFields.invalid("period", "must be daily or monthly"));
    Optional<BigDecimal> soft = readLimit(fields, "soft_usd");
    Optional<BigDecimal> hard = readLimit(fields, "hard_usd");
    if (soft.isEmpty() && hard.isEmpty()) {
      throw new ApiException(
          ApiError.missing(
              "hard_usd",
              "A budget needs a limit: hard_usd blocks calls above it, soft_usd is the warning"
                  + " threshold."));
    }
    if (soft.isPresent() && hard.filter(it -> soft.get().compareTo(it) > 0).isPresent()) {
      throw RequestFields.invalid("soft_usd", "must not be above hard_usd");
    }
    Optional<String> reason = fields.reason();
    requireTargetExists(id);
    return report.row(
        registry.set(id, new Budget.Terms(period, soft, hard), caller.keyId(), reason));
  }

  private static Optional<BigDecimal> readLimit(RequestFields fields, String field) {
    Optional<BigDecimal> limit = fields.number(field);
    if (limit.filter(it -> it.signum() <= 0 || it.compareTo(MAX_USD) > 0).isPresent()) {
      throw RequestFields.invalid(field, "must be an amount of USD above 0 and at most 1000000000");
    }
    if (limit.filter(it -> it.scale() > MAX_DECIMALS).isPresent()) {
      throw RequestFields.invalid(field, "must have at most " + MAX_DECIMALS + " decimals");
    }
    return limit;
  }

  private ObjectNode delete(BudgetId id, ObjectNode body, Caller caller) {
    RequestFields fields = new RequestFields(body, Set.of("reason"));
    Optional<String> reason = fields.reason();
    if (!registry.delete(id, caller.keyId(), reason)) {
      throw notFound(id);
    }
    return JsonNodes.object()
        .put("scope", id.scope().id())
        .put("id", id.name())
        .put("deleted", true);
  }

  private static BudgetId parseId(RouteRequest request) {
    return parseId(request.parameter("scope"), request.parameter("id"));
  }

  private static BudgetId parseId(String scope, String name) {
    BudgetScope known =
        BudgetScope.of(scope)
            .orElseThrow(
                () -> RequestFields.invalid("scope", "must be key, team, prompt or installation"));
    boolean valid =
        switch (known) {
          // Direct invocations and test runs have no key.
          case KEY -> VirtualKey.isId(name) || name.equals(Caller.DIRECT.principalId());
          case TEAM -> VirtualKey.isTeam(name);
          case PROMPT -> PromptName.isValid(name);
          case INSTALLATION -> name.equals(BudgetId.ALL);
        };
    if (!valid) {
      throw RequestFields.invalid(
          "id",
          switch (known) {
            case KEY -> "must be the id of a key: list the keys to see their ids";
            case TEAM -> "must be a team that matches " + VirtualKey.TEAM_PATTERN;
            case PROMPT -> "must be a prompt name that matches " + PromptName.REGEX;
            case INSTALLATION -> "must be " + BudgetId.ALL;
          });
    }
    return new BudgetId(known, name);
  }

  private static BudgetId takeId(ObjectNode fields) {
    JsonNode scope = fields.remove("scope");
    JsonNode id = fields.remove("id");
    return parseId(scope == null ? "" : scope.asText(), id == null ? "" : id.asText());
  }

  /** Rejects a budget that would apply to no call, because users would rely on it. */
  private void requireTargetExists(BudgetId id) {
    switch (id.scope()) {
      case KEY -> requireOriginalKey(id.name());
      case PROMPT -> PromptNames.requireState(prompts, new PromptName(id.name()));
      // A team exists once a key names it.
      case TEAM, INSTALLATION -> {}
    }
  }

  private void requireOriginalKey(String id) {
    if (!VirtualKey.isId(id)) {
      return;
    }
    VirtualKey key =
        keys.findById(id).map(KeyStore.Entry::key).orElseThrow(() -> KeyRoutes.notFound(id));
    if (!key.principalId().equals(id)) {
      throw RequestFields.invalid(
          "id",
          "must be %s, the key before its rotations: a budget applies to all rotations of a key"
              .formatted(key.principalId()));
    }
  }

  private static ApiException notFound(BudgetId id) {
    return new ApiException(
        ApiError.notFound(
            "budget_not_found",
            "id",
            "Budget %s not found. List the budgets to see their ids.".formatted(id)));
  }
}
