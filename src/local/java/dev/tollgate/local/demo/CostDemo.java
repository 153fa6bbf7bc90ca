package dev.tollgate.local.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.cli.Tollgate;
import java.io.IOException;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * {@code make demo-costs}: a hundred calls of two teams, where most of the money goes, and the same
 * hundred calls again after the dearest prompt was given a cheaper model, the response cache and
 * Anthropic's prompt caching. docs/walkthroughs/cost-report.md tells it.
 */
public final class CostDemo {
  private static final long PAUSE_MILLIS = 100;
  private static final int CALLS = 100;

  private final DemoCloud cloud;
  private final String admin;
  private final Map<String, String> keys;

  private CostDemo(DemoCloud cloud) throws IOException, InterruptedException {
    this.cloud = cloud;
    admin = cloud.local().keys().admin();
    keys = Map.of("support", key("support"), "product", key("product"));
  }

  public static void main(String[] arguments) throws IOException, InterruptedException {
    try (DemoCloud cloud = DemoCloud.start()) {
      new CostDemo(cloud).run();
    }
  }

  private void run() throws IOException, InterruptedException {
    ObjectNode answers = prompt(handbook(), "claude-opus-5-5");
    activate("docs_answers", answers);
    activate("ticket_tags", prompt("Name one topic that fits the ticket.", "gpt-6-luna"));
    activate("release_notes", prompt("Say in one sentence what changed.", "claude-haiku-4-5"));

    printStep("A hundred calls: 64 for docs-search, 24 for ticket-triage, 12 for release-notes.");
    BigDecimal before = callAll(1);
    tollgate("costs", "--days", "1");
    tollgate("costs", "--days", "1", "--by", "prompt,prompt_version,model");

    printStep(
        "docs_answers is the biggest spend. Version 2 has a model at half the price, caches answers"
            + " to repeated questions, and sets a cache breakpoint after its handbook.");
    answers.put("model", "claude-sonnet-5-5").put("cacheable", true).put("prompt_caching", "5m");
    activate("docs_answers", answers);

    printStep("The same hundred calls again.");
    BigDecimal after = callAll(2).subtract(before);
    tollgate("costs", "--days", "1", "--by", "prompt,prompt_version,model");
    tollgate("costs", "--days", "1", "--prompt", "docs_answers", "--prompt-version", "2");
    printStep(
        "A hundred calls cost $%s before and $%s after: %s%% less."
            .formatted(
                before.toPlainString(),
                after.toPlainString(),
                before
                    .subtract(after)
                    .movePointRight(2)
                    .divide(before, 1, RoundingMode.HALF_EVEN)));
  }

  /** The documentation in prompts/examples, which makes a prompt long enough to be cached. */
  private static String handbook() throws IOException {
    StringBuilder handbook = new StringBuilder("Answer from this handbook only.\n");
    for (JsonNode example : examples()) {
      handbook.append('\n').append(example.path("variables").path("context").asText()).append('\n');
    }
    return handbook.toString();
  }

  private static List<JsonNode> examples() throws IOException {
    List<JsonNode> examples = new ArrayList<>();
    try (var files = Files.newDirectoryStream(Path.of("prompts/examples"), "*.json")) {
      List<Path> sorted = new ArrayList<>();
      files.forEach(sorted::add);
      for (Path file : sorted.stream().sorted().toList()) {
        examples.add(DemoCloud.JSON.readTree(file.toFile()));
      }
    }
    return examples;
  }

  private String key(String team) throws IOException, InterruptedException {
    ObjectNode grant = DemoCloud.JSON.createObjectNode().put("team", team).put("name", team);
    grant.putArray("roles").add("invoke");
    return cloud.post("/admin/keys", admin, grant).path("secret").asText();
  }

  private static ObjectNode prompt(String content, String model) {
    return DemoCloud.JSON
        .createObjectNode()
        .put("content", content)
        .put("model", model)
        .put("max_tokens", 200);
  }

  private void activate(String name, ObjectNode content) throws IOException, InterruptedException {
    JsonNode version = cloud.post("/admin/prompts/" + name + "/versions", admin, content);
    cloud.post(
        "/admin/prompts/" + name + "/activate",
        admin,
        DemoCloud.JSON
            .createObjectNode()
            .put("force", true)
            .put("reason", "a demonstration")
            .set("version", version.path("version")));
  }

  /** Makes the calls and waits for the ledger, which then says what all calls so far have cost. */
  private BigDecimal callAll(int round) throws IOException, InterruptedException {
    List<String> users = List.of("alice", "bob", "carol", "dave");
    List<String> questions = new ArrayList<>();
    for (JsonNode example : examples()) {
      String question = example.path("input").asText();
      questions.addAll(
          List.of(
              question,
              "In short: " + question,
              question + " Please quote.",
              "A customer asks: " + question));
    }
    for (String user : users) {
      for (String question : questions) {
        call("support", "docs_answers", "docs-search", user, question);
      }
    }
    for (int ticket = 1; ticket <= 24; ticket++) {
      call(
          "support",
          "ticket_tags",
          "ticket-triage",
          "triage",
          "Ticket %d: no mail".formatted(ticket));
    }
    for (int change = 1; change <= 12; change++) {
      call(
          "product",
          "release_notes",
          "release-notes",
          "erin",
          "Change %d: faster".formatted(change));
    }
    JsonNode report = report();
    while (report.path("total_calls").asInt() < round * CALLS) {
      Thread.sleep(PAUSE_MILLIS);
      report = report();
    }
    return report.path("total_usd").decimalValue();
  }

  private JsonNode report() throws IOException, InterruptedException {
    return cloud.get("/admin/costs?days=1", cloud.local().keys().finance());
  }

  private void call(String team, String prompt, String endpoint, String user, String input)
      throws IOException, InterruptedException {
    cloud.post(
        "/v1/prompts/" + prompt + "/invoke",
        keys.getOrDefault(team, ""),
        DemoCloud.JSON
            .createObjectNode()
            .put("input", input)
            .put("user", user)
            .put("endpoint", endpoint));
  }

  private void tollgate(String... arguments) {
    System.out.println("\n$ tollgate " + String.join(" ", arguments));
    PrintStream out = System.out;
    int unused =
        Tollgate.run(
            arguments,
            Map.of(
                "TOLLGATE_URL", cloud.local().url().toString(),
                "TOLLGATE_KEY", cloud.local().keys().finance()),
            out,
            System.err,
            Path.of(""));
  }

  private static void printStep(String text) {
    System.out.println("\n# " + text);
  }
}
