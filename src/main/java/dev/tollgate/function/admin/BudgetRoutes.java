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
import dev.tollgate.function.http.Access;
import dev.tollgate.function.http.ApiError;
import dev.tollgate.function.http.Csv;
import dev.tollgate.function.http.EventAnswers;
import dev.tollgate.function.http.Fields;
import dev.tollgate.function.http.Front;
import dev.tollgate.function.http.HttpAnswer;
import dev.tollgate.function.http.HttpRequest;
import dev.tollgate.function.http.Page;
import dev.tollgate.function.http.PromptNames;
import dev.tollgate.function.http.RefusedException;
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
  private static final int LONGEST_NAME = 256;
  private static final int MOST_DECIMALS = 9;
  private static final BigDecimal MOST_USD = new BigDecimal("1000000000");

  private final Front front;
  private final Access access;
  private final BudgetRegistry registry;
  private final BudgetStore store;
  private final BudgetReport report;
  private final KeyStore keys;
  private final PromptStore prompts;

  public BudgetRoutes(
      Front front,
      Access access,
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

  HttpAnswer http(HttpRequest request) {
    List<String> path = request.segments();
    String route =
        switch (path.size()) {
          case 2 -> request.method();
          case 3 -> request.method() + " " + path.get(2);
          case 4 -> request.method() + " {scope} {id}";
          default -> "";
        };
    return switch (route) {
      case "GET" -> {
        permit(request, READERS);
        yield list(request);
      }
      case "GET events" -> {
        permit(request, READERS);
        yield HttpAnswer.of(200, events(Page.limit(request), Page.before(request)));
      }
      case "GET {scope} {id}" -> {
        permit(request, READERS);
        yield HttpAnswer.of(200, show(id(path.get(2), path.get(3))));
      }
      case "PUT {scope} {id}" -> {
        Caller caller = permit(request, ADMINS);
        yield HttpAnswer.of(200, set(id(path.get(2), path.get(3)), front.object(request), caller));
      }
      case "DELETE {scope} {id}" -> {
        Caller caller = permit(request, ADMINS);
        yield HttpAnswer.of(
            200, delete(id(path.get(2), path.get(3)), front.objectOrNone(request), caller));
      }
      default -> throw new RefusedException(ApiError.noSuchRoute(request.method(), request.path()));
    };
  }

  /** Answers one of the actions on budgets that a direct invocation may name. */
  JsonNode direct(String action, ObjectNode fields) {
    return switch (action) {
      case "listBudgets" -> {
        Fields unused = new Fields(fields, Set.of());
        yield report.putInto(object());
      }
      case "setBudget" -> set(takenId(fields), fields, Caller.DIRECT);
      case "deleteBudget" -> delete(takenId(fields), fields, Caller.DIRECT);
      default -> throw new IllegalArgumentException("not an action on budgets: " + action);
    };
  }

  private Caller permit(HttpRequest request, Set<Role> roles) {
    Caller caller = access.require(request, roles);
    access.requireNoLimits(caller);
    return caller;
  }

  private HttpAnswer list(HttpRequest request) {
    Optional<String> format = Optional.ofNullable(request.query().get("format"));
    if (!Csv.isAsked(format, request.header("accept"))) {
      return HttpAnswer.of(200, report.putInto(object()));
    }
    List<ObjectNode> rows = report.all();
    return TablePage.page(BudgetReport.COLUMNS, rows, rows.size(), _ -> "")
        .csv("tollgate-budgets.csv");
  }

  private ObjectNode show(BudgetId id) {
    return report.of(store.find(id).orElseThrow(() -> unknown(id)));
  }

  private ObjectNode set(BudgetId id, ObjectNode body, Caller caller) {
    Fields fields = new Fields(body, Set.of("period", "soft_usd", "hard_usd", "reason"));
    BudgetPeriod period =
        BudgetPeriod.of(fields.line("period", "daily or monthly, in UTC", LONGEST_NAME))
            .orElseThrow(() -> Fields.invalid("period", "must be daily or monthly"));
    Optional<BigDecimal> soft = limit(fields, "soft_usd");
    Optional<BigDecimal> hard = limit(fields, "hard_usd");
    if (soft.isEmpty() && hard.isEmpty()) {
      throw new RefusedException(
          ApiError.missing(
              "hard_usd",
              "A budget needs a limit: hard_usd, beyond which no call is made, or soft_usd, from"
                  + " which on callers are told."));
    }
    if (soft.isPresent() && hard.filter(it -> soft.get().compareTo(it) > 0).isPresent()) {
      throw Fields.invalid("soft_usd", "must not be above hard_usd");
    }
    Optional<String> reason = fields.reason();
    requireThere(id);
    return report.of(
        registry.set(id, new Budget.Terms(period, soft, hard), caller.keyId(), reason));
  }

  private static Optional<BigDecimal> limit(Fields fields, String field) {
    Optional<BigDecimal> limit = fields.number(field);
    if (limit.filter(it -> it.signum() <= 0 || it.compareTo(MOST_USD) > 0).isPresent()) {
      throw Fields.invalid(field, "must be an amount of USD above 0, and a billion at most");
    }
    if (limit.filter(it -> it.scale() > MOST_DECIMALS).isPresent()) {
      throw Fields.invalid(field, "must have at most " + MOST_DECIMALS + " decimals");
    }
    return limit;
  }

  private ObjectNode delete(BudgetId id, ObjectNode body, Caller caller) {
    Fields fields = new Fields(body, Set.of("reason"));
    Optional<String> reason = fields.reason();
    if (!registry.delete(id, caller.keyId(), reason)) {
      throw unknown(id);
    }
    return object().put("scope", id.scope().id()).put("id", id.name()).put("deleted", true);
  }

  private ObjectNode events(int limit, long before) {
    AuditLog events = store.auditLog();
    return EventAnswers.put(object(), events.findNewest(before, limit), events.verify());
  }

  private static BudgetId id(String scope, String name) {
    BudgetScope known =
        BudgetScope.of(scope)
            .orElseThrow(
                () -> Fields.invalid("scope", "must be key, team, prompt or installation"));
    boolean valid =
        switch (known) {
          // A direct invocation has no key, and nor have tests.
          case KEY -> VirtualKey.isId(name) || name.equals(Caller.DIRECT.principalId());
          case TEAM -> VirtualKey.isTeam(name);
          case PROMPT -> PromptName.isValid(name);
          case INSTALLATION -> name.equals(BudgetId.ALL);
        };
    if (!valid) {
      throw Fields.invalid(
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

  private static BudgetId takenId(ObjectNode fields) {
    JsonNode scope = fields.remove("scope");
    JsonNode id = fields.remove("id");
    return id(scope == null ? "" : scope.asText(), id == null ? "" : id.asText());
  }

  /** A budget that nobody's calls are paid from would be believed to hold. */
  private void requireThere(BudgetId id) {
    switch (id.scope()) {
      case KEY -> requireFirstKey(id.name());
      case PROMPT -> PromptNames.head(prompts, new PromptName(id.name()));
      // Teams are named by the keys that they will be given.
      case TEAM, INSTALLATION -> {}
    }
  }

  private void requireFirstKey(String id) {
    if (!VirtualKey.isId(id)) {
      return;
    }
    VirtualKey key =
        keys.findById(id).map(KeyStore.Entry::key).orElseThrow(() -> KeyRoutes.unknown(id));
    if (!key.principalId().equals(id)) {
      throw Fields.invalid(
          "id",
          "must be %s, which this key was rotated from: a budget goes along when its key is rotated"
              .formatted(key.principalId()));
    }
  }

  private static RefusedException unknown(BudgetId id) {
    return new RefusedException(
        ApiError.notFound(
            "budget_not_found",
            "id",
            "There is no budget %s: list the budgets to see which there are.".formatted(id)));
  }

  private static ObjectNode object() {
    return JsonNodeFactory.withExactBigDecimals(true).objectNode();
  }
}
