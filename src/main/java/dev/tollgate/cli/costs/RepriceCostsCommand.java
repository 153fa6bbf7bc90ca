package dev.tollgate.cli.costs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.cli.client.ApiClient;
import dev.tollgate.cli.client.CountFormat;
import dev.tollgate.cli.client.ExitCode;
import dev.tollgate.cli.client.Json;
import dev.tollgate.cli.client.MoneyFormat;
import dev.tollgate.cli.client.PagedResponse;
import dev.tollgate.cli.client.Session;
import dev.tollgate.cli.client.Table;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Compares recorded costs with the installed price book, and can record the difference. */
@Command(
    name = "reprice",
    description =
        "Compare recorded costs with the installed price book and show the difference. With"
            + " --apply, record the difference as adjustments. The records of calls never change.",
    exitCodeList = {
      " 0:success, or no difference",
      ExitCode.ERROR_HELP,
      " 2:there is a difference that was not applied"
    })
final class RepriceCostsCommand implements Callable<Integer> {
  private final Session session;

  @Option(
      names = "--from",
      paramLabel = "DAY",
      required = true,
      description = "The first UTC day, such as 2026-11-24.")
  private String from = "";

  @Option(names = "--to", paramLabel = "DAY", required = true, description = "The last UTC day.")
  private String to = "";

  @Option(
      names = "--model",
      paramLabel = "NAME",
      description = "Only calls to this model, with or without its date suffix.")
  private Optional<String> model = Optional.empty();

  @Option(
      names = "--known-on",
      paramLabel = "DAY",
      description = "Use prices as known on this day (default: today).")
  private Optional<String> knownOn = Optional.empty();

  @Option(names = "--apply", description = "Record the difference.")
  private boolean apply;

  RepriceCostsCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    ApiClient api = session.api();
    ObjectNode request = Json.object().put("from", from).put("to", to).put("apply", apply);
    model.ifPresent(name -> request.put("model", name));
    knownOn.ifPresent(day -> request.put("known_on", day));
    PagedResponse pages =
        PagedResponse.fetchAll(
            request, page -> api.post(ApiClient.path("admin", "costs", "reprice"), page));
    ObjectNode repriced = pages.sum("calls");
    ArrayNode differences = repriced.putArray("differences");
    byModel(pages).values().forEach(differences::add);
    session.print(repriced, () -> text(repriced));
    return differences.isEmpty() || apply ? ExitCode.OK : ExitCode.DRIFT;
  }

  private static Map<String, ObjectNode> byModel(PagedResponse pages) {
    Map<String, ObjectNode> sums = new TreeMap<>();
    for (JsonNode page : pages.pages()) {
      for (JsonNode each : page.path("differences")) {
        String key = each.path("provider").asText() + "/" + each.path("model").asText();
        ObjectNode sum = sums.get(key);
        if (sum == null) {
          sums.put(key, each.deepCopy());
        } else {
          sum.put("calls", sum.path("calls").asLong() + each.path("calls").asLong());
          for (String amount : new String[] {"before_usd", "after_usd"}) {
            sum.put(amount, amount(sum.path(amount)).add(amount(each.path(amount))));
          }
        }
      }
    }
    return sums;
  }

  private String text(JsonNode repriced) {
    String calls = CountFormat.format(repriced.path("calls"), "call");
    if (repriced.path("differences").isEmpty()) {
      return "Compared %s: no difference to the price book.".formatted(calls);
    }
    Table table = new Table("PROVIDER", "MODEL", "CALLS", "BEFORE", "AFTER", "DIFFERENCE");
    BigDecimal sum = BigDecimal.ZERO;
    for (JsonNode each : repriced.path("differences")) {
      BigDecimal difference =
          amount(each.path("after_usd")).subtract(amount(each.path("before_usd")));
      sum = sum.add(difference);
      table.row(
          Json.text(each.path("provider")),
          Json.text(each.path("model")),
          CountFormat.format(each.path("calls")),
          MoneyFormat.format(each.path("before_usd")),
          MoneyFormat.format(each.path("after_usd")),
          MoneyFormat.formatChange(difference));
    }
    return table
        + "Compared %s: difference %s, %s.\n"
            .formatted(
                calls,
                MoneyFormat.formatChange(sum),
                apply ? "recorded" : "not recorded (use --apply)");
  }

  private static BigDecimal amount(JsonNode amount) {
    return amount.decimalValue();
  }
}
