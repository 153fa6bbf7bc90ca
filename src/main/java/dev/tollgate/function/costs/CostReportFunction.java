package dev.tollgate.function.costs;

import com.fasterxml.jackson.databind.JsonNode;
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
import dev.tollgate.function.http.ActionTable;
import dev.tollgate.function.http.ActionTable.Action;
import dev.tollgate.function.http.ApiError;
import dev.tollgate.function.http.ApiException;
import dev.tollgate.function.http.ApiGatewayHandler;
import dev.tollgate.function.http.HttpRequest;
import dev.tollgate.function.http.HttpResponse;
import dev.tollgate.function.http.Route;
import dev.tollgate.function.http.RouteTable;
import dev.tollgate.function.http.TablePage;
import dev.tollgate.identity.Role;
import dev.tollgate.json.JsonNodes;
import io.quarkus.funqy.Funq;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/** {@code costReport}: cost reports, exports and the dashboard. */
@Singleton
public class CostReportFunction {
  private static final Logger LOG = Logger.getLogger(CostReportFunction.class);
  private static final Set<Role> READERS = Set.of(Role.FINANCE, Role.ADMIN);

  private final ApiGatewayHandler gateway;
  private final CostReports reports;
  private final Watermark watermark;
  private final BudgetReport budgets;
  private final Clock clock;
  private final RouteTable routes;
  private final ActionTable actions;

  public CostReportFunction(
      ApiGatewayHandler gateway,
      CostReports reports,
      Watermark watermark,
      BudgetReport budgets,
      DashboardRoutes dashboard,
      Clock clock) {
    this.gateway = gateway;
    this.reports = reports;
    this.watermark = watermark;
    this.budgets = budgets;
    this.clock = clock;
    List<Route> all = new ArrayList<>(dashboard.routes());
    all.add(reportRoute("/admin/costs", "Cost report", this::report));
    all.add(reportRoute("/admin/costs/calls", "Single calls", this::calls));
    this.routes = new RouteTable(all);
    this.actions =
        new ActionTable(
            "costReport",
            List.of(
                reportAction(
                    "report", values -> report(CostReportParameters.forReport(values, today()))),
                reportAction(
                    "calls",
                    values ->
                        toJson(calls(CostReportParameters.forCalls(values, today())), "calls"))));
  }

  @Funq("costReport")
  public JsonNode handle(JsonNode event) {
    return gateway.handle(event, routes, actions);
  }

  public RouteTable routes() {
    return routes;
  }

  public ActionTable actions() {
    return actions;
  }

  private static Route reportRoute(
      String pattern, String summary, Function<HttpRequest, HttpResponse> handler) {
    return Route.get(
            pattern, READERS, summary, it -> translateErrors(() -> handler.apply(it.http())))
        .requireUnrestrictedKey();
  }

  private static Action reportAction(
      String name, Function<Map<String, List<String>>, JsonNode> handler) {
    return new Action(
        name,
        fields -> {
          Map<String, List<String>> values = CostReportParameters.valuesOf(fields);
          return translateErrors(() -> handler.apply(values));
        });
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
    // Before the sums: they may include later calls, but must not lack earlier ones.
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
          ApiError.missing("group_by", "The parameter only=groups requires group_by."));
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
    return rows.addTo(JsonNodes.object(), list);
  }

  private LocalDate today() {
    return clock.instant().atOffset(ZoneOffset.UTC).toLocalDate();
  }

  private static <T> T translateErrors(Supplier<T> ledger) {
    try {
      return ledger.get();
    } catch (LedgerUnavailableException e) {
      LOG.error("Failed to report costs: PostgreSQL unavailable", e);
      throw new ApiException(
          ApiError.serverError(
              503,
              "ledger_unavailable",
              "The cost ledger (PostgreSQL) is unavailable. Try again later: calls are still"
                  + " recorded and will be in the report then."));
    } catch (LedgerOutdatedException e) {
      LOG.error("Failed to report costs: ledger schema outdated", e);
      throw new ApiException(
          ApiError.serverError(
              503,
              "ledger_outdated",
              "The schema of the cost ledger is outdated. The next recorded call migrates it, or"
                  + " run `tollgate costs repair` for a day with calls."));
    }
  }
}
