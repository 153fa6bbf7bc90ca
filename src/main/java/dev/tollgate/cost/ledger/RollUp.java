package dev.tollgate.cost.ledger;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The daily sums of calls by some dimensions. All roll-ups have the same measures, so a query reads
 * the smallest one that has its dimensions.
 */
public enum RollUp {
  DAILY(
      "cost_daily",
      EnumSet.complementOf(EnumSet.of(Dimension.USER)),
      "day, team, endpoint, provider, model, prompt, prompt_version, purpose, cache"),
  USERS(
      "cost_daily_user",
      EnumSet.of(Dimension.DAY, Dimension.TEAM, Dimension.USER, Dimension.PURPOSE),
      "day, team, user_id, purpose"),
  DETAIL("cost_daily_detail", EnumSet.allOf(Dimension.class), "day, dimensions");

  /** The bounds between the buckets of the latency histogram in milliseconds. */
  static final List<Integer> LATENCY_BOUNDS =
      List.of(
          10, 25, 50, 100, 200, 350, 500, 750, 1_000, 1_500, 2_000, 3_000, 5_000, 7_500, 10_000,
          15_000, 30_000);

  /** The columns of the latency histogram, the fastest calls first. */
  static final List<String> LATENCY_COLUMNS =
      Stream.concat(
              LATENCY_BOUNDS.stream().map(bound -> "latency_under_" + bound),
              Stream.of("latency_longer"))
          .toList();

  private static final List<String> SUM_COLUMNS =
      List.of(
          "attempts",
          "calls",
          "cached_calls",
          "semantic_calls",
          "failed_calls",
          "input_tokens",
          "cache_read_tokens",
          "cache_write_5m_tokens",
          "cache_write_1h_tokens",
          "output_tokens",
          "cost_usd",
          "estimated_cost_usd",
          "avoided_cost_usd",
          "semantic_avoided_cost_usd",
          "prompt_cache_read_savings_usd",
          "prompt_cache_write_premium_usd",
          "adjustment_usd");

  /** The columns that change when a call is inserted. */
  static final List<String> MEASURE_COLUMNS =
      Stream.concat(SUM_COLUMNS.stream(), LATENCY_COLUMNS.stream()).toList();

  /** The dimensions of a row of {@code llm_call}, in the order of {@link Dimension}. */
  static final String CALL_DIMENSIONS_SQL =
      """
      (time AT TIME ZONE 'UTC')::date AS day, team, coalesce(user_id, '') AS user_id, endpoint,
      provider, model, coalesce(prompt, '') AS prompt,
      coalesce(prompt_version, 0) AS prompt_version, purpose, cache
      """;

  /** The dimensions and measures of calls, from rows of {@code llm_call}. */
  private static final String SUMS_SQL =
      """
      SELECT
        %s,
        count(*) AS attempts,
        count(*) FILTER (WHERE is_final) AS calls,
        count(*) FILTER (WHERE is_final AND cache <> 'none') AS cached_calls,
        count(*) FILTER (WHERE is_final AND cache = 'semantic') AS semantic_calls,
        count(*) FILTER (WHERE is_final AND status = 'error') AS failed_calls,
        sum(input_tokens) AS input_tokens,
        sum(cache_read_tokens) AS cache_read_tokens,
        sum(cache_write_5m_tokens) AS cache_write_5m_tokens,
        sum(cache_write_1h_tokens) AS cache_write_1h_tokens,
        sum(output_tokens) AS output_tokens,
        sum(cost_usd) AS cost_usd,
        coalesce(sum(cost_usd) FILTER (WHERE price_status = 'estimated'), 0)
          + sum(estimated_adjustment_usd) AS estimated_cost_usd,
        sum(avoided_cost_usd) AS avoided_cost_usd,
        coalesce(sum(avoided_cost_usd) FILTER (WHERE cache = 'semantic'), 0)
          AS semantic_avoided_cost_usd,
        sum(prompt_cache_read_savings_usd) AS prompt_cache_read_savings_usd,
        sum(prompt_cache_write_premium_usd) AS prompt_cache_write_premium_usd,
        sum(adjustment_usd) AS adjustment_usd,
        %s
      FROM (SELECT *, width_bucket(latency_ms, ARRAY[%s]::bigint[]) AS bucket FROM %s) AS call
      GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
      """;

  private final String table;
  private final Set<Dimension> dimensions;
  private final String key;

  RollUp(String table, Set<Dimension> dimensions, String key) {
    this.table = table;
    this.dimensions = dimensions;
    this.key = key;
  }

  public String table() {
    return table;
  }

  /** Finds the smallest roll-up that has all these dimensions. */
  static RollUp smallestWith(Set<Dimension> dimensions) {
    return Stream.of(values())
        .filter(each -> each.dimensions.containsAll(dimensions))
        .findFirst()
        .orElseThrow();
  }

  /**
   * A query for all dimensions and measures of calls.
   *
   * @param calls a table or common table expression with the columns of {@code llm_call}, {@code
   *     adjustment_usd} and {@code estimated_adjustment_usd}
   */
  static String sumsSql(String calls) {
    return SUMS_SQL.formatted(
        CALL_DIMENSIONS_SQL,
        IntStream.range(0, LATENCY_COLUMNS.size())
            .mapToObj(
                bucket ->
                    "count(*) FILTER (WHERE is_final AND bucket = %d) AS %s"
                        .formatted(bucket, LATENCY_COLUMNS.get(bucket)))
            .collect(Collectors.joining(", ")),
        LATENCY_BOUNDS.stream().map(String::valueOf).collect(Collectors.joining(", ")),
        calls);
  }

  /**
   * Common table expressions that add to all roll-ups, one for each roll-up.
   *
   * @param changes a table or common table expression with all dimensions and the measures that
   *     change
   * @param measures the columns that change
   */
  static String upsertSql(String changes, List<String> measures) {
    return Stream.of(values())
        .map(each -> each.upsertOneSql(changes, measures))
        .collect(Collectors.joining(", "));
  }

  // Rows change in the order of the key, so that two writers cannot deadlock.
  private String upsertOneSql(String changes, List<String> measures) {
    List<String> columns = dimensions.stream().map(Dimension::column).toList();
    return """
    changed_%1$s AS (
      INSERT INTO %1$s AS sums (%2$s, %3$s)
      SELECT %2$s, %4$s FROM %5$s GROUP BY %2$s ORDER BY %2$s
      ON CONFLICT (%6$s) DO UPDATE SET %7$s
    )\
    """
        .formatted(
            table,
            String.join(", ", columns),
            String.join(", ", measures),
            formatColumns(measures, "sum(%s)"),
            changes,
            key,
            formatColumns(measures, "%s = sums.%<s + excluded.%<s"));
  }

  /** The roll-ups that have users. */
  static List<RollUp> withUsers() {
    return Stream.of(values()).filter(each -> each.dimensions.contains(Dimension.USER)).toList();
  }

  /**
   * A statement that adds the rows of a user to those of a pseudonym. Its parameters are the team,
   * the user and the pseudonym.
   */
  String pseudonymizeSql() {
    String others =
        dimensions.stream()
            .filter(each -> each != Dimension.USER)
            .map(Dimension::column)
            .collect(Collectors.joining(", "));
    return """
    WITH deleted AS (DELETE FROM %1$s WHERE team = ? AND user_id = ? RETURNING *)
    INSERT INTO %1$s AS sums (user_id, %2$s, %3$s) SELECT ?, %2$s, %3$s FROM deleted
    ON CONFLICT (%4$s) DO UPDATE SET %5$s
    """
        .formatted(
            table,
            others,
            String.join(", ", MEASURE_COLUMNS),
            key,
            formatColumns(MEASURE_COLUMNS, "%s = sums.%<s + excluded.%<s"));
  }

  private static String formatColumns(List<String> columns, String format) {
    return columns.stream().map(format::formatted).collect(Collectors.joining(", "));
  }
}
