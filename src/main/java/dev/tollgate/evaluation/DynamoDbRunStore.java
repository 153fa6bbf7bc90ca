package dev.tollgate.evaluation;

import static java.util.Objects.requireNonNull;
import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromN;
import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromS;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.tollgate.evaluation.TestRun.State;
import dev.tollgate.evaluation.judge.JudgeVersion;
import dev.tollgate.prompt.PromptName;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;
import software.amazon.awssdk.services.dynamodb.model.Select;

/**
 * Runs in the {@code prompts} table, in the partition of their prompt: {@code RUN#id} is a run,
 * {@code RUN#id#CASE#case#0001} an attempt, which is claimed until it has a {@code result}.
 */
@Singleton
class DynamoDbRunStore implements RunStore {
  private static final String SK = "SK";
  private static final String RUN_PREFIX = "RUN#";

  /** Stands behind the characters of every id. */
  private static final String RANGE_END = "~";

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .nodeFactory(JsonNodeFactory.withExactBigDecimals(true))
          .build();

  private final DynamoDbClient dynamoDb;
  private final String table;

  DynamoDbRunStore(
      DynamoDbClient dynamoDb, @ConfigProperty(name = "tollgate.prompts.table") String table) {
    this.dynamoDb = dynamoDb;
    this.table = table;
  }

  @Override
  public boolean create(TestRun run) {
    return putIf(
        PutItemRequest.builder()
            .tableName(table)
            .item(toItem(run))
            .conditionExpression("attribute_not_exists(PK)")
            .build());
  }

  @Override
  public Optional<TestRun> find(PromptName prompt, RunId id) {
    Map<String, AttributeValue> item =
        dynamoDb
            .getItem(
                get -> get.tableName(table).key(key(prompt, RUN_PREFIX + id)).consistentRead(true))
            .item();
    return item.isEmpty() ? Optional.empty() : Optional.of(toRun(prompt, id, item));
  }

  @Override
  public List<TestRun> listNewest(PromptName prompt, Optional<RunId> before, int limit) {
    List<TestRun> newest = new ArrayList<>();
    String end = before.map(id -> RUN_PREFIX + id).orElse(RUN_PREFIX + RANGE_END);
    while (newest.size() < limit) {
      Optional<RunId> id = findLastBefore(prompt, end);
      if (id.isEmpty()) {
        return newest;
      }
      // An attempt that outlived its run, which expires first, leads nowhere.
      find(prompt, id.get()).ifPresent(newest::add);
      end = RUN_PREFIX + id.get();
    }
    return newest;
  }

  /** The run that the last item before a place belongs to, so that no attempts need be read. */
  private Optional<RunId> findLastBefore(PromptName prompt, String end) {
    return dynamoDb
        .query(
            query ->
                query
                    .tableName(table)
                    .keyConditionExpression("PK = :pk AND SK < :end")
                    .expressionAttributeValues(
                        Map.of(":pk", fromS(partition(prompt)), ":end", fromS(end)))
                    .projectionExpression(SK)
                    .scanIndexForward(false)
                    .consistentRead(true)
                    .limit(1))
        .items()
        .stream()
        .map(item -> text(item, SK))
        .filter(key -> key.startsWith(RUN_PREFIX))
        .map(key -> key.substring(RUN_PREFIX.length()).split("#", 2)[0])
        .map(RunId::new)
        .findFirst();
  }

  @Override
  public boolean finish(TestRun run, State.Finished end) {
    return putIf(
        PutItemRequest.builder()
            .tableName(table)
            .item(toItem(run.withState(end)))
            .conditionExpression("attribute_exists(PK) AND attribute_not_exists(outcome)")
            .build());
  }

  @Override
  public boolean claim(TestRun run, Attempt.Key attempt, String token, Instant now, Instant until) {
    Map<String, AttributeValue> item = new HashMap<>(key(run.prompt(), attemptKey(run, attempt)));
    item.put("token", fromS(token));
    item.put("claimed_until", number(until.toEpochMilli()));
    item.put("expires_at", number(run.expiresAt().getEpochSecond()));
    return putIf(
        PutItemRequest.builder()
            .tableName(table)
            .item(item)
            .conditionExpression(
                "attribute_not_exists(PK)"
                    + " OR (attribute_not_exists(#result)"
                    + " AND (claimed_until < :now OR #token = :token))")
            .expressionAttributeNames(Map.of("#result", "result", "#token", "token"))
            .expressionAttributeValues(
                Map.of(":now", number(now.toEpochMilli()), ":token", fromS(token)))
            .build());
  }

  @Override
  public boolean record(TestRun run, String token, Attempt attempt) {
    Map<String, AttributeValue> item =
        new HashMap<>(key(run.prompt(), attemptKey(run, attempt.key())));
    item.put("token", fromS(token));
    item.put("result", fromS(RunJson.write(attempt).toString()));
    item.put("expires_at", number(run.expiresAt().getEpochSecond()));
    return putIf(
        PutItemRequest.builder()
            .tableName(table)
            .item(item)
            .conditionExpression("#token = :token AND attribute_not_exists(#result)")
            .expressionAttributeNames(Map.of("#result", "result", "#token", "token"))
            .expressionAttributeValues(Map.of(":token", fromS(token)))
            .build());
  }

  private boolean putIf(PutItemRequest request) {
    try {
      dynamoDb.putItem(request);
      return true;
    } catch (ConditionalCheckFailedException e) {
      return false;
    }
  }

  @Override
  public List<Attempt> listAttempts(TestRun run) {
    return listAttempts(run, Optional.empty(), Integer.MAX_VALUE);
  }

  @Override
  public List<Attempt> listAttempts(TestRun run, Optional<Attempt.Key> after, int limit) {
    List<Attempt> attempts = new ArrayList<>();
    QueryRequest query =
        made(run, after.map(key -> attemptKey(run, key)).orElse(attemptPrefix(run))).build();
    for (Map<String, AttributeValue> item : dynamoDb.queryPaginator(query).items()) {
      if (attempts.size() == limit) {
        break;
      }
      attempts.add(RunJson.readAttempt(parseJson(text(item, "result"))));
    }
    return attempts;
  }

  @Override
  public int countAttempts(TestRun run) {
    int made = 0;
    QueryRequest query = made(run, attemptPrefix(run)).select(Select.COUNT).build();
    for (QueryResponse page : dynamoDb.queryPaginator(query)) {
      made += page.count();
    }
    return made;
  }

  private QueryRequest.Builder made(TestRun run, String after) {
    return QueryRequest.builder()
        .tableName(table)
        .keyConditionExpression("PK = :pk AND SK BETWEEN :after AND :last")
        // BETWEEN includes its ends, and what is wanted comes after the first.
        .filterExpression("attribute_exists(#result)")
        .expressionAttributeNames(Map.of("#result", "result"))
        .expressionAttributeValues(
            Map.of(
                ":pk", fromS(partition(run.prompt())),
                ":after", fromS(after + "!"),
                ":last", fromS(attemptPrefix(run) + RANGE_END)))
        .consistentRead(true);
  }

  private static Map<String, AttributeValue> toItem(TestRun run) {
    Map<String, AttributeValue> item = new HashMap<>(key(run.prompt(), RUN_PREFIX + run.id()));
    item.put("version", number(run.version()));
    item.put("version_hash", fromS(run.subject().versionHash()));
    item.put("suite_hash", fromS(run.subject().suiteHash()));
    item.put("judge", fromS(run.subject().judge().id()));
    item.put("kind", fromS(run.kind().id()));
    item.put("started_by", fromS(run.start().by()));
    item.put("started", fromS(run.start().at().toString()));
    item.put("attempts", number(run.attemptsPerPass()));
    item.put("expires_at", number(run.expiresAt().getEpochSecond()));
    switch (run.state()) {
      case State.Running() -> {}
      case State.Finished(RunOutcome outcome, String reason, Instant time, var measures) -> {
        item.put("outcome", fromS(outcome.id()));
        item.put("reason", fromS(reason));
        item.put("finished", fromS(time.toString()));
        measures.ifPresent(found -> item.put("measures", fromS(RunJson.write(found).toString())));
      }
    }
    return item;
  }

  private static TestRun toRun(PromptName prompt, RunId id, Map<String, AttributeValue> item) {
    return new TestRun(
        id,
        new TestRun.Subject(
            prompt,
            intNumber(item, "version"),
            text(item, "version_hash"),
            text(item, "suite_hash"),
            JudgeVersion.parse(text(item, "judge")).orElseThrow()),
        TestRun.Kind.of(text(item, "kind")).orElseThrow(),
        new TestRun.Start(text(item, "started_by"), Instant.parse(text(item, "started"))),
        intNumber(item, "attempts"),
        item.containsKey("outcome") ? toFinished(item) : new State.Running());
  }

  private static State.Finished toFinished(Map<String, AttributeValue> item) {
    return new State.Finished(
        RunOutcome.of(text(item, "outcome")).orElseThrow(),
        text(item, "reason"),
        Instant.parse(text(item, "finished")),
        Optional.ofNullable(item.get("measures"))
            .map(measures -> RunJson.readMeasures(parseJson(measures.s()))));
  }

  private static JsonNode parseJson(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("what was stored as JSON is none", e);
    }
  }

  private static Map<String, AttributeValue> key(PromptName prompt, String sortKey) {
    return Map.of("PK", fromS(partition(prompt)), SK, fromS(sortKey));
  }

  private static String partition(PromptName prompt) {
    return "PROMPT#" + prompt;
  }

  private static String attemptPrefix(TestRun run) {
    return RUN_PREFIX + run.id() + "#CASE#";
  }

  private static String attemptKey(TestRun run, Attempt.Key attempt) {
    return attemptPrefix(run) + "%s#%04d".formatted(attempt.caseId(), attempt.number());
  }

  private static AttributeValue number(long value) {
    return fromN(Long.toString(value));
  }

  private static int intNumber(Map<String, AttributeValue> item, String name) {
    return Integer.parseInt(requireNonNull(item.get(name), name).n());
  }

  private static String text(Map<String, AttributeValue> item, String name) {
    return requireNonNull(item.get(name), name).s();
  }
}
