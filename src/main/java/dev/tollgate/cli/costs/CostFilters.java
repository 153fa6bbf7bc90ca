package dev.tollgate.cli.costs;

import dev.tollgate.cli.client.ApiClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import picocli.CommandLine.Option;

/** The calls that a command on costs selects. A filter with several values selects any of them. */
final class CostFilters {
  @Option(
      names = "--days",
      paramLabel = "N",
      description = "The last N days in UTC, including today; default: 30.")
  private Optional<String> days = Optional.empty();

  @Option(names = "--from", paramLabel = "DAY", description = "The first day, such as 2026-11-24.")
  private Optional<String> from = Optional.empty();

  @Option(names = "--to", paramLabel = "DAY", description = "The last day; default: today.")
  private Optional<String> to = Optional.empty();

  @Option(names = "--team", paramLabel = "TEAM", description = "Only calls of this team.")
  private List<String> teams = new ArrayList<>();

  @Option(
      names = "--user",
      paramLabel = "USER",
      description = "Only calls for this user; '' for calls without a user.")
  private List<String> users = new ArrayList<>();

  @Option(names = "--endpoint", paramLabel = "NAME", description = "Only calls of this feature.")
  private List<String> endpoints = new ArrayList<>();

  @Option(names = "--provider", paramLabel = "NAME", description = "Only calls to this provider.")
  private List<String> providers = new ArrayList<>();

  @Option(names = "--model", paramLabel = "NAME", description = "Only calls to this model.")
  private List<String> models = new ArrayList<>();

  @Option(
      names = "--prompt",
      paramLabel = "NAME",
      description = "Only calls with this prompt; '' for calls without a prompt.")
  private List<String> prompts = new ArrayList<>();

  @Option(
      names = "--prompt-version",
      paramLabel = "N",
      description = "Only calls with this version of the prompt.")
  private List<String> promptVersions = new ArrayList<>();

  @Option(
      names = "--purpose",
      paramLabel = "PURPOSE",
      description = "Only calls for this purpose: live, regression, judge or shadow.")
  private List<String> purposes = new ArrayList<>();

  @Option(
      names = "--cache",
      paramLabel = "OUTCOME",
      description = "Only calls with this kind of cache hit: none, exact or semantic.")
  private List<String> cache = new ArrayList<>();

  /** A query string that starts with these filters. */
  Query query() {
    Query query = new Query();
    days.ifPresent(value -> query.add("days", value));
    from.ifPresent(value -> query.add("from", value));
    to.ifPresent(value -> query.add("to", value));
    return query
        .addAll("team", teams)
        .addAll("user", users)
        .addAll("endpoint", endpoints)
        .addAll("provider", providers)
        .addAll("model", models)
        .addAll("prompt", prompts)
        .addAll("prompt_version", promptVersions)
        .addAll("purpose", purposes)
        .addAll("cache", cache);
  }

  /** Builds a query string. */
  static final class Query {
    private final StringJoiner parameters = new StringJoiner("&", "?", "").setEmptyValue("");

    Query add(String name, String value) {
      parameters.add(name + "=" + ApiClient.encode(value));
      return this;
    }

    Query addAll(String name, List<String> values) {
      values.forEach(value -> add(name, value));
      return this;
    }

    @Override
    public String toString() {
      return parameters.toString();
    }
  }
}
