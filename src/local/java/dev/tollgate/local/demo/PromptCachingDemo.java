package dev.tollgate.local.demo;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.cost.pricing.PriceBook;
import dev.tollgate.provider.Provider;
import dev.tollgate.provider.Usage;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * {@code make demo-prompt-caching}: twenty questions under a prompt with a long text that is the
 * same in every call, with the provider's prompt cache and without it. What is printed comes from
 * the call log and the price book.
 */
public final class PromptCachingDemo {
  private static final String MODEL = "claude-sonnet-4-6";
  private static final String PROMPT = "licence";

  private static final List<String> QUESTIONS =
      List.of(
          "What does \"License\" mean?",
          "Who is the \"Licensor\"?",
          "What is a \"Legal Entity\"?",
          "What does \"control\" of an entity mean?",
          "What is the \"Source\" form?",
          "What is the \"Object\" form?",
          "What is a \"Derivative Works\"?",
          "Who is a \"Contributor\"?",
          "What copyright license does each Contributor grant?",
          "What patent license does each Contributor grant?",
          "When do patent licenses terminate?",
          "What must recipients of the Work be given?",
          "What must modified files carry?",
          "Which notices must be retained in the Source form?",
          "What if the Work includes a NOTICE text file?",
          "May I add my own copyright statement to modifications?",
          "Does this License grant permission to use trade names?",
          "On which basis does the Licensor provide the Work?",
          "When is a Contributor liable for damages?",
          "May I charge a fee for warranty or support?");

  private PromptCachingDemo() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    System.out.printf(
        "%nStarting a local cloud for %d questions about Tollgate's licence, twice.%n%n",
        QUESTIONS.size());
    try (DemoCloud cloud = DemoCloud.start()) {
      register(cloud);
      ask(cloud, "disabled", QUESTIONS, "x-tollgate-prompt-caching", "off");
      ask(cloud, "cold", QUESTIONS.subList(0, 1));
      ask(cloud, "warm", QUESTIONS.subList(1, QUESTIONS.size()));
      show(
          readPhaseCost(cloud, "disabled"),
          readPhaseCost(cloud, "cold"),
          readPhaseCost(cloud, "warm"));
    }
  }

  private static void register(DemoCloud cloud) throws IOException, InterruptedException {
    String admin = cloud.local().keys().admin();
    ObjectNode version =
        DemoCloud.JSON
            .createObjectNode()
            .put(
                "content",
                "You answer questions about a software licence. Use only the context below.\n\n"
                    + "Context:\n"
                    + Files.readString(Path.of("LICENSE")))
            .put("model", MODEL)
            .put("prompt_caching", "5m");
    cloud.post("/admin/prompts/" + PROMPT + "/versions", admin, version);
    ObjectNode activation =
        DemoCloud.JSON
            .createObjectNode()
            .put("version", 1)
            .put("force", true)
            .put("reason", "a demonstration");
    cloud.post("/admin/prompts/" + PROMPT + "/activate", admin, activation);
  }

  /** Asks one question after the other; the log will know them by the phase. */
  private static void ask(DemoCloud cloud, String phase, List<String> questions, String... headers)
      throws IOException, InterruptedException {
    for (String question : questions) {
      ObjectNode body =
          DemoCloud.JSON.createObjectNode().put("input", question).put("endpoint", phase);
      cloud.post("/v1/prompts/" + PROMPT + "/invoke", cloud.local().keys().invoke(), body, headers);
    }
  }

  /**
   * What the log says of some calls.
   *
   * @param saved USD that reads saved
   * @param premium USD that writes cost beyond plain input
   */
  private record PhaseCost(
      int calls, Usage usage, BigDecimal cost, BigDecimal saved, BigDecimal premium) {
    PhaseCost plus(PhaseCost more) {
      return new PhaseCost(
          calls + more.calls,
          new Usage(
              usage.input() + more.usage.input(),
              usage.cacheRead() + more.usage.cacheRead(),
              usage.cacheWrite5m() + more.usage.cacheWrite5m(),
              usage.cacheWrite1h() + more.usage.cacheWrite1h(),
              usage.output() + more.usage.output(),
              usage.reasoning() + more.usage.reasoning()),
          cost.add(more.cost),
          saved.add(more.saved),
          premium.add(more.premium));
    }

    /** Tokens of the prefix that the provider keeps, over all calls. */
    long prefix() {
      return usage.cacheRead() + usage.cacheWrite5m();
    }
  }

  private static PhaseCost readPhaseCost(DemoCloud cloud, String phase) {
    return cloud
        .local()
        .dynamoDb()
        .scanPaginator(scan -> scan.tableName("tollgate-CallsTable").consistentRead(true))
        .items()
        .stream()
        .filter(call -> field(call, "endpoint").s().equals(phase))
        .map(
            call ->
                new PhaseCost(
                    1,
                    new Usage(
                        tokens(call, "input_tokens"),
                        tokens(call, "cache_read_tokens"),
                        tokens(call, "cache_write_5m_tokens"),
                        tokens(call, "cache_write_1h_tokens"),
                        tokens(call, "output_tokens"),
                        tokens(call, "reasoning_tokens")),
                    usd(call, "cost_usd"),
                    usd(call, "prompt_cache_read_savings_usd"),
                    usd(call, "prompt_cache_write_premium_usd")))
        .reduce(
            new PhaseCost(0, Usage.NONE, BigDecimal.ZERO, BigDecimal.ZERO, BigDecimal.ZERO),
            PhaseCost::plus);
  }

  private static long tokens(Map<String, AttributeValue> call, String field) {
    return Long.parseLong(field(call, field).n());
  }

  private static BigDecimal usd(Map<String, AttributeValue> call, String field) {
    return new BigDecimal(field(call, field).n());
  }

  private static AttributeValue field(Map<String, AttributeValue> call, String field) {
    return requireNonNull(call.get(field), field);
  }

  private static void show(PhaseCost disabled, PhaseCost cold, PhaseCost warm) {
    PhaseCost cached = cold.plus(warm);
    System.out.printf(
        "%-14s %6s %9s %12s %11s %8s %11s%n",
        "prompt caching", "calls", "input", "cache write", "cache read", "output", "cost USD");
    row("disabled", disabled);
    row("5m, cold", cold);
    row("5m, warm", warm);
    row("5m, all", cached);

    System.out.printf("%nThe part that is the same in every call has %,d tokens.%n", cold.prefix());
    saving("It cost, in a warm call", prefixCost(warm), plainCost(warm), warm.calls());
    saving("in all calls, write included", prefixCost(cached), plainCost(cached), 1);
    saving("The whole bill", cached.cost(), disabled.cost(), 1);
    System.out.printf(
        "%nThe write cost %s USD more than plain input; each read saved %s USD.%n",
        each(cold.premium(), 1), each(warm.saved(), warm.calls()));
  }

  private static void row(String phase, PhaseCost spent) {
    Usage usage = spent.usage();
    System.out.printf(
        Locale.ROOT,
        "%-14s %6d %,9d %,12d %,11d %,8d %11s%n",
        phase,
        spent.calls(),
        usage.input(),
        usage.cacheWrite5m(),
        usage.cacheRead(),
        usage.output(),
        spent.cost().setScale(6, RoundingMode.HALF_UP));
  }

  private static void saving(String what, BigDecimal with, BigDecimal without, int calls) {
    BigDecimal percent =
        without.subtract(with).movePointRight(2).divide(without, 1, RoundingMode.HALF_UP);
    System.out.printf(
        "%-30s %s USD instead of %s: %s %% less%n",
        what, each(with, calls), each(without, calls), percent);
  }

  private static String each(BigDecimal amount, int calls) {
    return amount.divide(BigDecimal.valueOf(calls), 6, RoundingMode.HALF_UP).toPlainString();
  }

  /** What the prefix cost as it was written and read. */
  private static BigDecimal prefixCost(PhaseCost spent) {
    return plainCost(spent).subtract(spent.saved()).add(spent.premium());
  }

  /** What it would have cost as plain input. */
  private static BigDecimal plainCost(PhaseCost spent) {
    return PriceBook.load()
        .findPrice(Provider.ANTHROPIC, MODEL, Instant.now())
        .cost(new Usage(spent.prefix(), 0, 0, 0, 0, 0))
        .usd();
  }
}
