package dev.tollgate.function.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.audit.AuditLog;
import dev.tollgate.budget.Budget;
import dev.tollgate.budget.BudgetId;
import dev.tollgate.budget.BudgetPeriod;
import dev.tollgate.budget.BudgetRegistry;
import dev.tollgate.budget.BudgetReport;
import dev.tollgate.budget.BudgetScope;
import dev.tollgate.budget.BudgetStore;
import dev.tollgate.function.http.AccessControl;
import dev.tollgate.function.http.ApiError;
import dev.tollgate.function.http.ApiException;
import dev.tollgate.function.http.ApiGatewayHandler;
import dev.tollgate.function.http.AuditLogResponses;
import dev.tollgate.function.http.Csv;
import dev.tollgate.function.http.HttpRequest;
import dev.tollgate.function.http.HttpResponse;
import dev.tollgate.function.http.Pagination;
import dev.tollgate.function.http.PromptNames;
import dev.tollgate.function.http.RequestFields;
import dev.tollgate.function.http.TablePage;
import dev.tollgate.identity.Caller;
import dev.tollgate.identity.KeyStore;
import dev.tollgate.identity.Role;
import dev.tollgate.identity.VirtualKey;
import dev.tollgate.prompt.PromptName;
import dev.tollgate.prompt.PromptStore;
import jakarta.inject.Singleton;
import java.math.BigDecimal;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** {@code /admin/budgets}: sets, shows and deletes budgets. */
@Singleton
public class BudgetRoutes {
  private static final Set<Role> ADMINS = EnumSet.of(Role.ADMIN);
  private static final Set<Role> READERS = EnumSet.of(Role.FINANCE, Role.ADMIN);
  private static final int MAX_NAME_LENGTH = 256;
  private static final int MAX_DECIMALS = 9;
  private static final BigDecimal MAX_USD = new BigDecimal("1000000000");

  private final ApiGatewayHandler front;
  private final AccessControl access;
  private final BudgetRegistry registry;
  private final BudgetStore store;
  private final BudgetReport report;
  private final KeyStore keys;
  private final PromptStore prompts;

  public BudgetRoutes(
      ApiGatewayHandler front,
      AccessControl access,
      BudgetRegistry registry,
      BudgetStore store,
      BudgetReport report,
      KeyStore keys,
      PromptStore prompts) {
    this.front = front;
    this.access = access;
    this.registry = registry;
    this.store = store;
    this.report = report;
    this.keys = keys;
    this.prompts = prompts;
  }

  HttpResponse handleHttp(HttpRequest request) {
    List<String> path = request.pathSegments();
    String route =
        switch (path.size()) {
          case 2 -> request.method();
          case 3 -> request.method() + " " + path.get(2);
          case 4 -> request.method() + " {scope} {id}";
          default -> "";
        };
    return switch (route) {
      case "GET" -> {
        authorize(request, READERS);
        yield list(request);
      }
      case "GET events" -> {
        authorize(request, READERS);
        yield HttpResponse.of(200, events(Pagination.limit(request), Pagination.before(request)));
      }
      case "GET {scope} {id}" -> {
        authorize(request, READERS);
        yield HttpResponse.of(200, show(parseId(path.get(2), path.get(3))));
      }
      case "PUT {scope} {id}" -> {
        Caller caller = authorize(request, ADMINS);
        yield HttpResponse.of(
            200, set(parseId(path.get(2), path.get(3)), front.readObject(request), caller));
      }
      case "DELETE {scope} {id}" -> {
        Caller caller = authorize(request, ADMINS);
        yield HttpResponse.of(
            200,
            delete(parseId(path.get(2), path.get(3)), front.readObjectOrEmpty(request), caller));
      }
      default -> throw new ApiException(ApiError.routeNotFound(request.method(), request.path()));
    };
  }

  /** Answers one of the actions on budgets that a direct invocation may name. */
  JsonNode handleDirect(String action, ObjectNode fields) {
    return switch (action) {
      case "listBudgets" -> {
        RequestFields unused = new RequestFields(fields, Set.of());
        yield report.addTo(object());
      }
      case "setBudget" -> set(takeId(fields), fields, Caller.DIRECT);
      case "deleteBudget" -> delete(takeId(fields), fields, Caller.DIRECT);
      default -> throw new IllegalArgumentException("not an action on budgets: " + action);
    };
  }

  private Caller authorize(HttpRequest request, Set<Role> roles) {
    Caller caller = access.authorize(request, roles);
    access.requireUnrestricted(caller);
    return caller;
  }

  private HttpResponse list(HttpRequest request) {
    Optional<String> format = Optional.ofNullable(request.queryParameters().get("format"));
    if (!Csv.isRequested(format, request.header("accept"))) {
      return HttpResponse.of(200, report.addTo(object()));
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
              "A budget needs a limit: hard_usd, beyond which no call is made, or soft_usd, from"
                  + " which on callers are told."));
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
      throw RequestFields.invalid(field, "must be an amount of USD above 0, and a billion at most");
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
    return object().put("scope", id.scope().id()).put("id", id.name()).put("deleted", true);
  }

  private ObjectNode events(int limit, long before) {
    AuditLog events = store.auditLog();
    return AuditLogResponses.addPage(object(), events.findNewest(before, limit), events.verify());
  }

  private static BudgetId parseId(String scope, String name) {
    BudgetScope known =
        BudgetScope.of(scope)
            .orElseThrow(
                () -> RequestFields.invalid("scope", "must be key, team, prompt or installation"));
    boolean valid =
        switch (known) {
          // A direct invocation has no key, and nor have tests.
          case KEY -> VirtualKey.isId(name) || name.equals(Caller.DIRECT.principalId());
          case TEAM -> VirtualKey.isTeam(name);
          case PROMPT -> PromptName.isValid(name);
          case INSTALLATION -> name.equals(BudgetId.ALL);
        };
    if (!valid) {
      throw RequestFields.invalid(
          "id",
          switch (known) {
            case KEY -> "must be a key's id: list the keys to see their ids";
            case TEAM -> "must be a team, matching " + VirtualKey.TEAM_PATTERN;
            case PROMPT -> "must be a prompt's name, matching " + PromptName.REGEX;
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

  /** A budget that nobody's calls are paid from would be believed to hold. */
  private void requireTargetExists(BudgetId id) {
    switch (id.scope()) {
      case KEY -> requireOriginalKey(id.name());
      case PROMPT -> PromptNames.requireHead(prompts, new PromptName(id.name()));
      // Teams are named by the keys that they will be given.
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
          "must be %s, which this key was rotated from: a budget goes along when its key is rotated"
              .formatted(key.principalId()));
    }
  }

  private static ApiException notFound(BudgetId id) {
    return new ApiException(
        ApiError.notFound(
            "budget_not_found",
            "id",
            "There is no budget %s: list the budgets to see which there are.".formatted(id)));
  }

  private static ObjectNode object() {
    return JsonNodeFactory.withExactBigDecimals(true).objectNode();
  }
}
