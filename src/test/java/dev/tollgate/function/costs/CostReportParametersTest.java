package dev.tollgate.function.costs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.cost.ledger.CostQuery;
import dev.tollgate.cost.ledger.Dimension;
import dev.tollgate.function.http.ApiException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CostReportParametersTest {
  private static final LocalDate TODAY = LocalDate.parse("2026-11-24");

  /** Parses a query string like API Gateway. */
  private static Map<String, List<String>> values(String query) {
    Map<String, List<String>> values = new HashMap<>();
    for (String parameter : query.isEmpty() ? new String[0] : query.split("&")) {
      String[] parts = parameter.split("=", 2);
      values.computeIfAbsent(parts[0], _ -> new ArrayList<>()).add(parts[1]);
    }
    return values;
  }

  private static CostReportParameters report(String query) {
    return CostReportParameters.forReport(values(query), TODAY);
  }

  private static CostReportParameters calls(String query) {
    return CostReportParameters.forCalls(values(query), TODAY);
  }

  @Test
  void periodIsLastDaysOrFromTo() {
    assertEquals(CostQuery.all(TODAY.minusDays(29), TODAY), report("").costQuery());
    assertEquals(CostQuery.all(TODAY, TODAY), report("days=1").costQuery());
    assertEquals(
        CostQuery.all(LocalDate.parse("2026-10-01"), LocalDate.parse("2026-10-31")),
        report("from=2026-10-01&to=2026-10-31").costQuery());
    assertEquals(
        CostQuery.all(LocalDate.parse("2026-11-01"), TODAY), report("from=2026-11-01").costQuery());
  }

  @Test
  void callIdSetsPeriod() {
    LocalDate day = LocalDate.parse("2026-11-22");

    assertEquals(
        CostQuery.all(day, TODAY), calls("call_id=01M81B5HBV87QYMA47H5H69W9W").callQuery().calls());
  }

  @Test
  void filtersHaveSeveralValues() {
    assertEquals(
        Map.of(Dimension.MODEL, Set.of("a", "b"), Dimension.USER, Set.of("")),
        report("model=a&model=b&user=").costQuery().filter());
    assertEquals(
        List.of(Dimension.DAY, Dimension.MODEL, Dimension.TEAM),
        report("group_by=day,model&group_by=team,day").groupBy());
  }

  @Test
  void actionFieldsEqualQuery() throws Exception {
    ObjectNode fields =
        (ObjectNode)
            new ObjectMapper()
                .readTree("{\"days\": 7, \"model\": [\"a\", \"b\"], \"group_by\": \"team\"}");
    CostReportParameters direct =
        CostReportParameters.forReport(CostReportParameters.valuesOf(fields), TODAY);
    CostReportParameters http = report("days=7&model=a&model=b&group_by=team");

    assertEquals(http.costQuery(), direct.costQuery());
    assertEquals(http.groupBy(), direct.groupBy());
  }

  @Test
  void formatOrAcceptRequestsCsv() {
    assertTrue(report("format=csv").isCsv(Optional.empty()));
    assertTrue(report("").isCsv(Optional.of("text/csv")));
    assertFalse(report("format=json").isCsv(Optional.of("text/csv")));
    assertFalse(report("").isCsv(Optional.of("*/*")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      textBlock =
          """
          day=2026-11-24 day
          modle=x modle
          failed=true failed
          days=0 days
          days=401 days
          days=7&days=8 days
          days=7&from=2026-11-01 days
          to=2026-11-01 to
          from=2026-11-01&to=2026-11-25 to
          from=2026-11-25 from
          from=2025-10-01 from
          from=1.11.2026 from
          from=2026-11-31 from
          from=-999999999-01-01&to=-999999999-01-02 from
          from=-4999-01-01&to=-4999-01-02 from
          team=a\u0000b team
          group_by=weather group_by
          group_by= group_by
          group_by=prompt_version group_by
          prompt_version=3 prompt_version
          prompt=x&prompt_version=three prompt_version
          team= team
          purpose=fun purpose
          cache=maybe cache
          limit=0 limit
          limit=5001 limit
          cursor=-1 cursor
          format=xml format
          only=totals only
          """)
  void namesInvalidParameter(String query, String param) {
    ApiException rejected =
        assertThrows(
            ApiException.class,
            () -> {
              CostReportParameters parameters = report(query);
              parameters.isCsv(Optional.empty());
              parameters.groupBy();
              parameters.isGroupsOnly();
              parameters.limit();
              parameters.offset();
              parameters.costQuery();
            });

    assertEquals(400, rejected.error().status());
    assertEquals(Optional.of(param), rejected.error().param());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      textBlock =
          """
          group_by=team group_by
          failed=yes failed
          call_id=7 call_id
          cursor=7 cursor
          """)
  void rejectsParametersOfOtherReport(String query, String param) {
    ApiException rejected = assertThrows(ApiException.class, () -> calls(query).callQuery());

    assertEquals(Optional.of(param), rejected.error().param());
  }
}
