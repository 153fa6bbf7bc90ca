package dev.tollgate.function;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.cost.CostReport;
import dev.tollgate.cost.CostReports;
import dev.tollgate.cost.LedgerUnavailableException;
import dev.tollgate.identity.Role;
import io.quarkus.funqy.Funq;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jboss.logging.Logger;

/** {@code costReport}: tells finance what calls cost. */
@Singleton
public class CostReportFunction {
  private static final Logger LOG = Logger.getLogger(CostReportFunction.class);
  private static final Set<Role> READERS = EnumSet.of(Role.FINANCE, Role.ADMIN);
  private static final int DAYS = 30;
  private static final int MAX_DAYS = 400;

  private final Front front;
  private final Access access;
  private final CostReports reports;
  private final Clock clock;

  CostReportFunction(Front front, Access access, CostReports reports, Clock clock) {
    this.front = front;
    this.access = access;
    this.reports = reports;
    this.clock = clock;
  }

  @Funq("costReport")
  public JsonNode handle(JsonNode event) {
    return front.handle(event, this::http, this::direct);
  }

  private HttpAnswer http(HttpRequest request) {
    if (!request.method().equals("GET") || !request.segments().equals(List.of("admin", "costs"))) {
      throw new RefusedException(ApiError.noSuchRoute(request.method(), request.path()));
    }
    access.requireNoLimits(access.require(request, READERS));
    String days = request.query().getOrDefault("days", Integer.toString(DAYS));
    return HttpAnswer.of(200, report(QueryNumber.parse("days", days, 1, MAX_DAYS)));
  }

  private JsonNode direct(String action, ObjectNode fields) {
    if (!action.equals("report")) {
      throw new RefusedException(
          ApiError.invalid(
              "action", "Unknown action %s: costReport knows report.".formatted(action)));
    }
    String days =
        new Fields(fields, Set.of("days"))
            .find("days")
            .map(JsonNode::asText)
            .orElse(Integer.toString(DAYS));
    return report(QueryNumber.parse("days", days, 1, MAX_DAYS));
  }

  private JsonNode report(int days) {
    LocalDate today = clock.instant().atOffset(ZoneOffset.UTC).toLocalDate();
    try {
      return body(days, reports.report(today.minusDays(days - 1L), today));
    } catch (LedgerUnavailableException e) {
      LOG.error("no cost report", e);
      throw new RefusedException(
          ApiError.fault(
              503,
              "ledger_unavailable",
              "No figures: PostgreSQL, which keeps the cost ledger, cannot be reached. Calls go on"
                  + " being recorded and will be in the report once it is back. Try again then."));
    }
  }

  private static ObjectNode body(int days, CostReport report) {
    CostReport.Totals totals = report.totals();
    ObjectNode body =
        JsonNodeFactory.withExactBigDecimals(true)
            .objectNode()
            .put("period_days", days)
            .put("from", report.from().toString())
            .put("to", report.to().toString())
            .put("total_usd", totals.cost())
            .put("total_tokens", totals.tokens())
            .put("total_calls", totals.calls())
            .put("cached_calls", totals.cached())
            .put("failed_calls", totals.failed())
            .put("cache_savings", totals.cacheSavings())
            .put("estimated_usd", totals.estimatedCost());
    ArrayNode models = body.putArray("by_model");
    for (CostReport.ModelCost row : report.byModel()) {
      models
          .addObject()
          .put("provider", row.provider())
          .put("model", row.model())
          .put("cost", row.cost())
          .put("calls", row.calls());
    }
    ArrayNode users = body.putArray("top_users");
    for (CostReport.UserCost row : report.topUsers()) {
      users
          .addObject()
          .put("user_id", row.userId())
          .put("team", row.team())
          .put("cost", row.cost())
          .put("calls", row.calls());
    }
    ArrayNode endpoints = body.putArray("by_endpoint");
    for (CostReport.EndpointCost row : report.byEndpoint()) {
      endpoints
          .addObject()
          .put("endpoint", row.endpoint())
          .put("cost", row.cost())
          .put("calls", row.calls());
    }
    body.put("newest_call", report.newestCall().map(Instant::toString).orElse(null));
    return body;
  }
}
