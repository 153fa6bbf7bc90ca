package dev.tollgate.function.costs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.budget.BudgetReport;
import dev.tollgate.cost.calls.CallRecord;
import dev.tollgate.cost.calls.CallRecordJson;
import dev.tollgate.cost.ledger.CostQuery;
import dev.tollgate.cost.ledger.CostReport;
import dev.tollgate.cost.ledger.CostReport.Group;
import dev.tollgate.cost.ledger.CostReports;
import dev.tollgate.cost.ledger.Dimension;
import dev.tollgate.cost.ledger.LedgerOutdatedException;
import dev.tollgate.cost.ledger.LedgerUnavailableException;
import dev.tollgate.cost.ledger.Watermark;
import dev.tollgate.function.http.Access;
import dev.tollgate.function.http.ApiError;
import dev.tollgate.function.http.Front;
import dev.tollgate.function.http.HttpAnswer;
import dev.tollgate.function.http.HttpRequest;
import dev.tollgate.function.http.RefusedException;
import dev.tollgate.function.http.TablePage;
import dev.tollgate.identity.Role;
import io.quarkus.funqy.Funq;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/** {@code costReport}: tells finance what calls cost, and serves the dashboard that shows it. */
@Singleton
public class CostReportFunction {
  private static final Logger LOG = Logger.getLogger(CostReportFunction.class);
  private static final Set<Role> READERS = EnumSet.of(Role.FINANCE, Role.ADMIN);

  private final Front front;
  private final Access access;
  private final CostReports reports;
  private final Watermark watermark;
  private final BudgetReport budgets;
  private final DashboardRoutes dashboard;
  private final Clock clock;

  public CostReportFunction(
      Front front,
      Access access,
      CostReports reports,
      Watermark watermark,
      BudgetReport budgets,
      DashboardRoutes dashboard,
      Clock clock) {
    this.front = front;
    this.access = access;
    this.dashboard = dashboard;
    this.reports = reports;
    this.watermark = watermark;
    this.budgets = budgets;
    this.clock = clock;
  }

  @Funq("costReport")
  public JsonNode handle(JsonNode event) {
    return front.handle(event, this::http, this::direct);
  }

  private HttpAnswer http(HttpRequest request) {
    if (DashboardRoutes.isOne(request)) {
      return dashboard.handle(request);
    }
    List<String> path = request.segments();
    boolean single = path.equals(List.of("admin", "costs", "calls"));
    if (!request.method().equals("GET") || !(single || path.equals(List.of("admin", "costs")))) {
      throw new RefusedException(ApiError.noSuchRoute(request.method(), request.path()));
    }
    access.requireNoLimits(access.require(request, READERS));
    return reading(() -> single ? calls(request) : report(request));
  }

  private JsonNode direct(String action, ObjectNode fields) {
    Map<String, List<String>> values = CostParameters.of(fields);
    return switch (action) {
      case "report" -> reading(() -> report(CostParameters.ofReport(values, today())));
      case "calls" -> reading(() -> json(calls(CostParameters.ofCalls(values, today())), "calls"));
      default ->
          throw new RefusedException(
              ApiError.invalid(
                  "action",
                  "Unknown action %s: costReport knows report and calls.".formatted(action)));
    };
  }

  private HttpAnswer report(HttpRequest request) {
    CostParameters parameters = CostParameters.ofReport(request.parameters(), today());
    if (!parameters.isCsv(request.header("accept"))) {
      return HttpAnswer.of(200, report(parameters));
    }
    return groups(parameters).csv("tollgate-costs.csv");
  }

  private ObjectNode report(CostParameters parameters) {
    if (parameters.onlyGroups()) {
      return json(groups(parameters), "groups");
    }
    CostQuery query = parameters.query();
    List<Dimension> by = parameters.groupBy();
    // Before anything is added up: what is booked meanwhile is in the sums and was not promised.
    Optional<Instant> completeUntil = watermark.completeUntil(clock.instant());
    CostReport report = reports.report(query);
    Optional<TablePage> groups = by.isEmpty() ? Optional.empty() : Optional.of(groups(parameters));
    ObjectNode body = budgets.putInto(CostReportJson.write(report, completeUntil));
    return groups.map(rows -> rows.putInto(body, "groups")).orElse(body);
  }

  private TablePage groups(CostParameters parameters) {
    List<Dimension> by = parameters.groupBy();
    if (by.isEmpty()) {
      throw new RefusedException(
          ApiError.missing(
              "group_by",
              "A report of nothing but groups needs group_by, which says what they are."));
    }
    int offset = parameters.offset();
    int limit = parameters.limit();
    List<Group> found = reports.groups(parameters.query(), by, offset, limit + 1);
    return TablePage.page(
        CostReportJson.columns(by),
        found.stream().map(group -> CostReportJson.row(group, by)).toList(),
        limit,
        shown -> Integer.toString(offset + shown));
  }

  private HttpAnswer calls(HttpRequest request) {
    CostParameters parameters = CostParameters.ofCalls(request.parameters(), today());
    TablePage calls = calls(parameters);
    return parameters.isCsv(request.header("accept"))
        ? calls.csv("tollgate-calls.csv")
        : HttpAnswer.of(200, json(calls, "calls"));
  }

  private TablePage calls(CostParameters parameters) {
    List<CallRecord> found = reports.calls(parameters.calls());
    return TablePage.page(
        CallRecordJson.FIELDS,
        found.stream().map(CallRecordJson::write).toList(),
        parameters.limit(),
        shown -> found.get(shown - 1).id().value());
  }

  private static ObjectNode json(TablePage rows, String list) {
    return rows.putInto(JsonNodeFactory.withExactBigDecimals(true).objectNode(), list);
  }

  private LocalDate today() {
    return clock.instant().atOffset(ZoneOffset.UTC).toLocalDate();
  }

  private static <T> T reading(Supplier<T> ledger) {
    try {
      return ledger.get();
    } catch (LedgerUnavailableException e) {
      LOG.error("no cost report", e);
      throw new RefusedException(
          ApiError.fault(
              503,
              "ledger_unavailable",
              "No figures: PostgreSQL, which keeps the cost ledger, cannot be reached. Calls go on"
                  + " being recorded and will be in the report once it is back. Try again then."));
    } catch (LedgerOutdatedException e) {
      LOG.error("no cost report", e);
      throw new RefusedException(
          ApiError.fault(
              503,
              "ledger_outdated",
              "No figures yet: the cost ledger is still as the version before this one made it. The"
                  + " next call that is booked migrates it, and so does tollgate costs repair of a"
                  + " day with calls."));
    }
  }
}
