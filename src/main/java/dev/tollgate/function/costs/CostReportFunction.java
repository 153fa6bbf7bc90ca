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
import dev.tollgate.function.http.AccessControl;
import dev.tollgate.function.http.ApiError;
import dev.tollgate.function.http.ApiException;
import dev.tollgate.function.http.ApiGatewayHandler;
import dev.tollgate.function.http.HttpRequest;
import dev.tollgate.function.http.HttpResponse;
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

  private final ApiGatewayHandler front;
  private final AccessControl access;
  private final CostReports reports;
  private final Watermark watermark;
  private final BudgetReport budgets;
  private final DashboardRoutes dashboard;
  private final Clock clock;

  public CostReportFunction(
      ApiGatewayHandler front,
      AccessControl access,
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
    return front.handle(event, this::handleHttp, this::handleDirect);
  }

  private HttpResponse handleHttp(HttpRequest request) {
    if (DashboardRoutes.matches(request)) {
      return dashboard.handle(request);
    }
    List<String> path = request.pathSegments();
    boolean single = path.equals(List.of("admin", "costs", "calls"));
    if (!request.method().equals("GET") || !(single || path.equals(List.of("admin", "costs")))) {
      throw new ApiException(ApiError.routeNotFound(request.method(), request.path()));
    }
    access.requireUnrestricted(access.authorize(request, READERS));
    return translateErrors(() -> single ? calls(request) : report(request));
  }

  private JsonNode handleDirect(String action, ObjectNode fields) {
    Map<String, List<String>> values = CostReportParameters.valuesOf(fields);
    return switch (action) {
      case "report" ->
          translateErrors(() -> report(CostReportParameters.forReport(values, today())));
      case "calls" ->
          translateErrors(
              () -> toJson(calls(CostReportParameters.forCalls(values, today())), "calls"));
      default ->
          throw new ApiException(
              ApiError.invalid(
                  "action",
                  "Unknown action %s: costReport knows report and calls.".formatted(action)));
    };
  }

  private HttpResponse report(HttpRequest request) {
    CostReportParameters parameters = CostReportParameters.forReport(request.parameters(), today());
    if (!parameters.isCsv(request.header("accept"))) {
      return HttpResponse.of(200, report(parameters));
    }
    return groups(parameters).toCsvResponse("tollgate-costs.csv");
  }

  private ObjectNode report(CostReportParameters parameters) {
    if (parameters.isGroupsOnly()) {
      return toJson(groups(parameters), "groups");
    }
    CostQuery query = parameters.costQuery();
    List<Dimension> by = parameters.groupBy();
    // Before anything is added up: what is booked meanwhile is in the sums and was not promised.
    Optional<Instant> completeUntil = watermark.completeUntil(clock.instant());
    CostReport report = reports.report(query);
    Optional<TablePage> groups = by.isEmpty() ? Optional.empty() : Optional.of(groups(parameters));
    ObjectNode body = budgets.addTo(CostReportJson.write(report, completeUntil));
    return groups.map(rows -> rows.addTo(body, "groups")).orElse(body);
  }

  private TablePage groups(CostReportParameters parameters) {
    List<Dimension> by = parameters.groupBy();
    if (by.isEmpty()) {
      throw new ApiException(
          ApiError.missing(
              "group_by",
              "A report of nothing but groups needs group_by, which says what they are."));
    }
    int offset = parameters.offset();
    int limit = parameters.limit();
    List<Group> found = reports.groups(parameters.costQuery(), by, offset, limit + 1);
    return TablePage.of(
        CostReportJson.columns(by),
        found.stream().map(group -> CostReportJson.row(group, by)).toList(),
        limit,
        shown -> Integer.toString(offset + shown));
  }

  private HttpResponse calls(HttpRequest request) {
    CostReportParameters parameters = CostReportParameters.forCalls(request.parameters(), today());
    TablePage calls = calls(parameters);
    return parameters.isCsv(request.header("accept"))
        ? calls.toCsvResponse("tollgate-calls.csv")
        : HttpResponse.of(200, toJson(calls, "calls"));
  }

  private TablePage calls(CostReportParameters parameters) {
    List<CallRecord> found = reports.calls(parameters.callQuery());
    return TablePage.of(
        CallRecordJson.FIELDS,
        found.stream().map(CallRecordJson::write).toList(),
        parameters.limit(),
        shown -> found.get(shown - 1).id().value());
  }

  private static ObjectNode toJson(TablePage rows, String list) {
    return rows.addTo(JsonNodeFactory.withExactBigDecimals(true).objectNode(), list);
  }

  private LocalDate today() {
    return clock.instant().atOffset(ZoneOffset.UTC).toLocalDate();
  }

  private static <T> T translateErrors(Supplier<T> ledger) {
    try {
      return ledger.get();
    } catch (LedgerUnavailableException e) {
      LOG.error("no cost report", e);
      throw new ApiException(
          ApiError.serverError(
              503,
              "ledger_unavailable",
              "No figures: PostgreSQL, which keeps the cost ledger, cannot be reached. Calls go on"
                  + " being recorded and will be in the report once it is back. Try again then."));
    } catch (LedgerOutdatedException e) {
      LOG.error("no cost report", e);
      throw new ApiException(
          ApiError.serverError(
              503,
              "ledger_outdated",
              "No figures yet: the cost ledger is still as the version before this one made it. The"
                  + " next call that is booked migrates it, and so does tollgate costs repair of a"
                  + " day with calls."));
    }
  }
}
