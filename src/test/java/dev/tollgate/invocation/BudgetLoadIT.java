package dev.tollgate.invocation;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.FaultyDynamoDb;
import dev.tollgate.LossyDynamoDb;
import dev.tollgate.TestEngines;
import dev.tollgate.budget.Budget;
import dev.tollgate.budget.BudgetAccounts;
import dev.tollgate.budget.BudgetId;
import dev.tollgate.budget.BudgetPeriod;
import dev.tollgate.budget.BudgetRejection;
import dev.tollgate.budget.BudgetScope;
import dev.tollgate.budget.BudgetStore;
import dev.tollgate.budget.BudgetUsage;
import dev.tollgate.budget.InMemoryBudgetStore;
import dev.tollgate.budget.TestBudgets;
import dev.tollgate.cost.calls.CallLog;
import dev.tollgate.cost.calls.CallRecord;
import dev.tollgate.cost.calls.CallRecord.Purpose;
import dev.tollgate.cost.calls.CallRecordJson;
import dev.tollgate.cost.calls.DynamoDbCallItem;
import dev.tollgate.identity.Caller;
import dev.tollgate.identity.Role;
import dev.tollgate.invocation.Invocation.Input;
import dev.tollgate.prompt.ChangeRequest;
import dev.tollgate.prompt.InMemoryPromptStore;
import dev.tollgate.prompt.PromptName;
import dev.tollgate.prompt.PromptRegistry;
import dev.tollgate.prompt.VersionRef;
import dev.tollgate.prompt.content.CacheScope;
import dev.tollgate.prompt.content.CacheSettings;
import dev.tollgate.prompt.content.ModelSettings;
import dev.tollgate.prompt.content.PromptCaching;
import dev.tollgate.prompt.content.PromptContent;
import dev.tollgate.prompt.content.PromptTemplate;
import dev.tollgate.provider.FinishReason;
import dev.tollgate.provider.ModelProvider;
import dev.tollgate.provider.ModelRequest;
import dev.tollgate.provider.ModelResponse;
import dev.tollgate.provider.Provider;
import dev.tollgate.provider.Usage;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.IntSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** Concurrent calls share two budgets, and their models fail in all ways. */
final class BudgetLoadIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Caller CALLER = new Caller("key_1", "search", Set.of(Role.INVOKE));
  private static final PromptName NAME = new PromptName("rag");

  /** Usage of an answer, which costs 0.0028 USD at Haiku's rates. */
  private static final Usage USAGE = new Usage(0, 0, 0, 900, 200, 0);

  /** The roll of 0 to 99 at which a model always answers. */
  private static final int ANSWERS = 99;

  private static final BigDecimal FIFTY_CALLS = new BigDecimal("0.14");

  private final String prompts = TestEngines.table("PromptsTable");
  private final String calls = TestEngines.table("CallsTable");
  private final Clock clock = Clock.systemUTC();
  private final InMemoryBudgetStore budgets = new InMemoryBudgetStore();
  private final ByteArrayOutputStream deadLetters = new ByteArrayOutputStream();
  private final BudgetAccounts accounts =
      TestBudgets.accounts(TestEngines.dynamoDb(), prompts, calls);
  private final Budget team =
      budgets.with(
          new BudgetId(BudgetScope.TEAM, "search"),
          BudgetPeriod.MONTHLY,
          FIFTY_CALLS.toPlainString());
  private final Budget prompt =
      budgets.with(new BudgetId(BudgetScope.PROMPT, "rag"), BudgetPeriod.DAILY, "10");

  @Test
  void concurrentCallsDoNotOvershootBudget() throws Exception {
    List<InvocationResult> results = invokeConcurrently(200, TestEngines.dynamoDb());

    assertTrue(results.stream().filter(BudgetLoadIT::isAnswer).count() >= 25, results::toString);
    assertTrue(results.stream().anyMatch(BudgetLoadIT::isExhausted));
    assertConsistent();
  }

  @Test
  void concurrentCallsDoNotOvershootBudgetIfDynamoDbFails() throws Exception {
    invokeConcurrently(40, FaultyDynamoDb.over(new LossyDynamoDb(0.03).client()));

    // Dead-lettered records are restored, twice.
    for (int i = 0; i < 2; i++) {
      for (String line : deadLetters.toString(StandardCharsets.UTF_8).lines().toList()) {
        accounts.restore(
            CallRecordJson.read(JSON.readTree(line).path("spilled_call")), List.of(team, prompt));
      }
    }
    assertConsistent();
  }

  @Test
  void budgetAddsOneRoundTrip() {
    LossyDynamoDb counted = new LossyDynamoDb(0);
    LlmInvoker with = invoker(counted.client(), budgets, () -> ANSWERS);
    // The first call also releases expired reservations.
    with.invoke(question());

    assertEquals(2, requests(counted, with));
    LlmInvoker without = invoker(counted.client(), new InMemoryBudgetStore(), () -> ANSWERS);
    assertEquals(1, requests(counted, without));
  }

  private long requests(LossyDynamoDb counted, LlmInvoker invoker) {
    long before = counted.requests();
    assertTrue(isAnswer(invoker.invoke(question())));
    return counted.requests() - before;
  }

  private void assertConsistent() {
    BigDecimal recorded = recorded();
    assertTrue(recorded.compareTo(FIFTY_CALLS) <= 0, recorded::toString);
    for (Budget budget : List.of(team, prompt)) {
      BudgetUsage usage = accounts.findUsage(budget, clock.instant());
      assertEquals(0, recorded.compareTo(usage.spent()), usage::toString);
      assertEquals(BigDecimal.ZERO, usage.reserved(), usage::toString);
      assertEquals(BigDecimal.ZERO, usage.unconfirmed(), usage::toString);
    }
  }

  private BigDecimal recorded() {
    return TestEngines.dynamoDb().scanPaginator(scan -> scan.tableName(calls)).items().stream()
        .map(item -> new BigDecimal(requireNonNull(item.get("cost_usd")).n()))
        .reduce(BigDecimal.ZERO, BigDecimal::add);
  }

  private List<InvocationResult> invokeConcurrently(int callers, DynamoDbClient dynamoDb)
      throws Exception {
    LlmInvoker invoker =
        invoker(dynamoDb, budgets, () -> ThreadLocalRandom.current().nextInt(ANSWERS + 1));
    Callable<InvocationResult> call = () -> invokeUntilDecided(invoker);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      return threads.invokeAll(Stream.generate(() -> call).limit(callers).toList()).stream()
          .map(Future::resultNow)
          .toList();
    }
  }

  /** Retries like the official clients while a retry may help. */
  private InvocationResult invokeUntilDecided(LlmInvoker invoker) throws InterruptedException {
    for (int tries = 0; ; tries++) {
      InvocationResult result = invoker.invoke(question());
      boolean retryable =
          result instanceof InvocationResult.OverBudget(var rejection, _, _)
              && !(rejection instanceof BudgetRejection.Exhausted);
      if (!retryable || tries > 40) {
        return result;
      }
      Thread.sleep(ThreadLocalRandom.current().nextLong(50, 200L << Math.min(tries, 2)));
    }
  }

  private static boolean isAnswer(InvocationResult result) {
    return result instanceof InvocationResult.Answered;
  }

  private static boolean isExhausted(InvocationResult result) {
    return result instanceof InvocationResult.OverBudget(var rejection, _, _)
        && rejection instanceof BudgetRejection.Exhausted;
  }

  private LlmInvoker invoker(DynamoDbClient dynamoDb, BudgetStore store, IntSupplier rolls) {
    PromptRegistry registry = new PromptRegistry(new InMemoryPromptStore(), clock);
    ChangeRequest changeRequest =
        new ChangeRequest("key_1", Optional.of("test"), OptionalLong.empty());
    registry.register(NAME, content(), "ada", "", changeRequest);
    registry.activate(NAME, 1, true, changeRequest);
    return new TestPipeline(registry, clock)
        .providers(new FlakyProvider(rolls))
        .withoutCircuitBreaker()
        .log((call, _) -> put(dynamoDb, call))
        .deadLetters(deadLetters)
        .budgets(store)
        .accounts(TestBudgets.withoutTimeouts(TestBudgets.accounts(dynamoDb, prompts, calls)))
        .invoker();
  }

  private void put(DynamoDbClient dynamoDb, CallRecord call) {
    try {
      dynamoDb.transactWriteItems(
          transaction -> transaction.transactItems(DynamoDbCallItem.putOnce(calls, call)));
    } catch (SdkException e) {
      throw new CallLog.CallNotLoggedException(call.id(), e);
    }
  }

  private static PromptContent content() {
    return new PromptContent(
        PromptTemplate.ofText("Be brief."),
        new ModelSettings("claude-haiku-4-5", Optional.empty(), 200, List.of("claude-haiku-5-5")),
        Map.of(),
        new CacheSettings(false, CacheScope.TEAM, PromptCaching.OFF, Optional.empty()));
  }

  private Invocation question() {
    var messages = JSON.createArrayNode();
    messages.addObject().put("role", "user").put("content", "question");
    return new Invocation(
        CALLER,
        "docs",
        Optional.empty(),
        new Input.Managed(
            NAME, new VersionRef.Production(), Map.of(), messages, Optional.empty(), true),
        CacheDirectives.BYPASS,
        Purpose.LIVE,
        Instant.now().plusSeconds(60));
  }

  /** Fails for rolls below 35. */
  private record FlakyProvider(IntSupplier rolls) implements ModelProvider {
    @Override
    public Provider provider() {
      return Provider.ANTHROPIC;
    }

    @Override
    public Reply invoke(ModelRequest request, Duration timeout) {
      int roll = rolls.getAsInt();
      if (roll < 15) {
        return new Reply.ProviderError(529, "overloaded_error", "Overloaded", Optional.empty());
      }
      if (roll < 25) {
        return new Reply.Interrupted(
            new Reply.Unreachable("cut"), request.model(), USAGE, roll % 2 == 0);
      }
      if (roll < 35) {
        return new Reply.MalformedResponse("<html>");
      }
      ObjectNode body = JSON.createObjectNode();
      return new Reply.Answered(
          new ModelResponse(request.model(), FinishReason.END_TURN, USAGE, "answer", body));
    }

    @Override
    public ModelResponse parseResponse(ObjectNode body) {
      throw new IllegalArgumentException("not cached");
    }
  }
}
