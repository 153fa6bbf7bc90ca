package dev.tollgate.cli.costs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.cli.client.ApiClient;
import dev.tollgate.cli.client.ExitCode;
import dev.tollgate.cli.client.Json;
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

/** Compares what calls cost with what the price book says now, and books the difference. */
@Command(
    name = "reprice",
    description =
        "Compare what calls were booked at with the installed price book. Shows the difference;"
            + " with --apply it is booked as adjustments, beside the records, which never change.",
    exitCodeList = {
      " 0:done, or no difference",
      ExitCode.ERROR_HELP,
      " 2:there is a difference, and it was not applied"
    })
public final class RepriceCostsCommand implements Callable<Integer> {
  private final Session session;

  @Option(
      names = "--from",
      paramLabel = "DAY",
      required = true,
      description = "The first UTC day, as 2026-11-24.")
  private String from = "";

  @Option(names = "--to", paramLabel = "DAY", required = true, description = "The last UTC day.")
  private String to = "";

  @Option(
      names = "--model",
      paramLabel = "NAME",
      description = "Only calls that this model answered, with or without its date.")
  private Optional<String> model = Optional.empty();

  @Option(
      names = "--known-on",
      paramLabel = "DAY",
      description = "By what was known of prices on that day; default: by all that is known.")
  private Optional<String> knownOn = Optional.empty();

  @Option(names = "--apply", description = "Book the difference.")
  private boolean apply;

  public RepriceCostsCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    ApiClient api = session.api();
    ObjectNode request = Json.object().put("from", from).put("to", to).put("apply", apply);
    model.ifPresent(name -> request.put("model", name));
    knownOn.ifPresent(day -> request.put("known_on", day));
    PagedResponse parts =
        PagedResponse.fetchAll(
            request, part -> api.post(ApiClient.path("admin", "costs", "reprice"), part));
    ObjectNode repriced = parts.sum("calls");
    ArrayNode differences = repriced.putArray("differences");
    byModel(parts).values().forEach(differences::add);
    session.print(repriced, () -> text(repriced));
    return differences.isEmpty() || apply ? ExitCode.OK : ExitCode.DRIFT;
  }

  private static Map<String, ObjectNode> byModel(PagedResponse parts) {
    Map<String, ObjectNode> sums = new TreeMap<>();
    for (JsonNode part : parts.pages()) {
      for (JsonNode each : part.path("differences")) {
        String key = each.path("provider").asText() + "/" + each.path("model").asText();
        ObjectNode sum = sums.get(key);
        if (sum == null) {
          sums.put(key, each.deepCopy());
        } else {
          sum.put("calls", sum.path("calls").asLong() + each.path("calls").asLong());
          for (String amount : new String[] {"before_usd", "after_usd"}) {
            sum.put(amount, money(sum.path(amount)).add(money(each.path(amount))));
          }
        }
      }
    }
    return sums;
  }

  private String text(JsonNode repriced) {
    String calls = Json.text(repriced.path("calls"));
    if (repriced.path("differences").isEmpty()) {
      return "%s calls compared: all cost what the price book says".formatted(calls);
    }
    Table table = new Table("PROVIDER", "MODEL", "CALLS", "BEFORE", "AFTER", "DIFFERENCE");
    BigDecimal sum = BigDecimal.ZERO;
    for (JsonNode each : repriced.path("differences")) {
      BigDecimal difference =
          money(each.path("after_usd")).subtract(money(each.path("before_usd")));
      sum = sum.add(difference);
      table.row(
          Json.text(each.path("provider")),
          Json.text(each.path("model")),
          Json.text(each.path("calls")),
          Json.text(each.path("before_usd")),
          Json.text(each.path("after_usd")),
          signed(difference));
    }
    return table
        + "%s calls compared, %s USD: %s\n"
            .formatted(calls, signed(sum), apply ? "booked" : "not booked, which --apply does");
  }

  private static BigDecimal money(JsonNode amount) {
    return amount.decimalValue();
  }

  private static String signed(BigDecimal amount) {
    return (amount.signum() > 0 ? "+" : "") + amount.toPlainString();
  }
}
