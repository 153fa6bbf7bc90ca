package dev.tollgate.evaluation;

import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromS;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tollgate.dynamodb.DynamoDbItem;
import dev.tollgate.dynamodb.DynamoDbKey;
import dev.tollgate.dynamodb.DynamoDbTable;
import dev.tollgate.dynamodb.DynamoDbValue;
import dev.tollgate.evaluation.TestRun.State;
import dev.tollgate.evaluation.judge.JudgeVersion;
import dev.tollgate.json.JsonMappers;
import dev.tollgate.prompt.PromptName;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
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
 * Test runs in the {@code prompts} table, in the partition of their prompt. {@code RUN#id} is a
 * run. {@code RUN#id#CASE#case#0001} is an attempt, which is claimed until it has a {@code result}.
 */
@Singleton
class DynamoDbRunStore implements RunStore {
  private static final String RUN_PREFIX = "RUN#";

  /** Sorts after the characters of every id. */
  private static final String RANGE_END = "~";

  private static final ObjectMapper JSON = JsonMappers.EXACT;

  private final DynamoDbTable table;

  DynamoDbRunStore(
      DynamoDbClient dynamoDb, @ConfigProperty(name = "tollgate.prompts.table") String table) {
    this.table = new DynamoDbTable(dynamoDb, table);
  }

  @Override
  public boolean create(TestRun run) {
    return putIf(
        PutItemRequest.builder()
            .tableName(table.name())
            .item(toItem(run))
            .conditionExpression(DynamoDbTable.IS_NEW)
            .build());
  }

  @Override
  public Optional<TestRun> find(PromptName prompt, RunId id) {
    return table.find(key(prompt, RUN_PREFIX + id)).map(item -> toRun(prompt, id, item));
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
      // A run may expire before its attempts.
      find(prompt, id.get()).ifPresent(newest::add);
      end = RUN_PREFIX + id.get();
    }
    return newest;
  }

  /** Finds the run of the last item before a sort key, so that no attempts need to be read. */
  private Optional<RunId> findLastBefore(PromptName prompt, String end) {
    return table
        .query(
            query ->
                query
                    .keyConditionExpression("PK = :pk AND SK < :end")
                    .expressionAttributeValues(
                        Map.of(":pk", fromS(partition(prompt)), ":end", fromS(end)))
                    .projectionExpression(DynamoDbKey.SORT_KEY)
                    .scanIndexForward(false)
                    .limit(1))
        .limit(1)
        .map(item -> item.text(DynamoDbKey.SORT_KEY))
        .filter(key -> key.startsWith(RUN_PREFIX))
        .map(key -> key.substring(RUN_PREFIX.length()).split("#", 2)[0])
        .map(RunId::new)
        .findFirst();
  }

  @Override
  public boolean finish(TestRun run, State.Finished end) {
    return putIf(
        PutItemRequest.builder()
            .tableName(table.name())
            .item(toItem(run.withState(end)))
            .conditionExpression("attribute_exists(PK) AND attribute_not_exists(outcome)")
            .build());
  }

  @Override
  public boolean claim(TestRun run, Attempt.Key attempt, String token, Instant now, Instant until) {
    return putIf(
        PutItemRequest.builder()
            .tableName(table.name())
            .item(
                DynamoDbItem.builder(key(run.prompt(), attemptKey(run, attempt)))
                    .put("token", token)
                    .putMillis("claimed_until", until)
                    .putSeconds("expires_at", run.expiresAt())
                    .build())
            .conditionExpression(
                DynamoDbTable.IS_NEW
                    + " OR (attribute_not_exists(#result)"
                    + " AND (claimed_until < :now OR #token = :token))")
            .expressionAttributeNames(Map.of("#result", "result", "#token", "token"))
            .expressionAttributeValues(
                Map.of(":now", DynamoDbValue.ofMillis(now), ":token", fromS(token)))
            .build());
  }

  @Override
  public boolean record(TestRun run, String token, Attempt attempt) {
    return putIf(
        PutItemRequest.builder()
            .tableName(table.name())
            .item(
                DynamoDbItem.builder(key(run.prompt(), attemptKey(run, attempt.key())))
                    .put("token", token)
                    .put("result", RunJson.write(attempt).toString())
                    .putSeconds("expires_at", run.expiresAt())
                    .build())
            .conditionExpression("#token = :token AND attribute_not_exists(#result)")
            .expressionAttributeNames(Map.of("#result", "result", "#token", "token"))
            .expressionAttributeValues(Map.of(":token", fromS(token)))
            .build());
  }

  private boolean putIf(PutItemRequest request) {
    try {
      table.client().putItem(request);
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
    for (Map<String, AttributeValue> item : table.client().queryPaginator(query).items()) {
      if (attempts.size() == limit) {
        break;
      }
      attempts.add(RunJson.readAttempt(parseJson(new DynamoDbItem(item).text("result"))));
    }
    return attempts;
  }

  @Override
  public int countAttempts(TestRun run) {
    int made = 0;
    QueryRequest query = made(run, attemptPrefix(run)).select(Select.COUNT).build();
    for (QueryResponse page : table.client().queryPaginator(query)) {
      made += page.count();
    }
    return made;
  }

  private QueryRequest.Builder made(TestRun run, String after) {
    return QueryRequest.builder()
        .tableName(table.name())
        .keyConditionExpression("PK = :pk AND SK BETWEEN :after AND :last")
        // BETWEEN includes its ends, so ! excludes the first.
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
    DynamoDbItem.Builder item =
        DynamoDbItem.builder(key(run.prompt(), RUN_PREFIX + run.id()))
            .put("version", run.version())
            .put("version_hash", run.subject().versionHash())
            .put("suite_hash", run.subject().suiteHash())
            .put("judge", run.subject().judge().id())
            .put("kind", run.kind().id())
            .put("started_by", run.start().by())
            .put("started", run.start().at())
            .put("attempts", run.attemptsPerPass())
            .putSeconds("expires_at", run.expiresAt());
    switch (run.state()) {
      case State.Running() -> {}
      case State.Finished(RunOutcome outcome, String reason, Instant time, var measures) ->
          item.put("outcome", outcome.id())
              .put("reason", reason)
              .put("finished", time)
              .putText("measures", measures.map(found -> RunJson.write(found).toString()));
    }
    return item.build();
  }

  private static TestRun toRun(PromptName prompt, RunId id, DynamoDbItem item) {
    return new TestRun(
        id,
        new TestRun.Subject(
            prompt,
            item.intNumber("version"),
            item.text("version_hash"),
            item.text("suite_hash"),
            JudgeVersion.parse(item.text("judge")).orElseThrow()),
        TestRun.Kind.of(item.text("kind")).orElseThrow(),
        new TestRun.Start(item.text("started_by"), item.time("started")),
        item.intNumber("attempts"),
        item.has("outcome") ? toFinished(item) : new State.Running());
  }

  private static State.Finished toFinished(DynamoDbItem item) {
    return new State.Finished(
        RunOutcome.of(item.text("outcome")).orElseThrow(),
        item.text("reason"),
        item.time("finished"),
        item.findText("measures").map(json -> RunJson.readMeasures(parseJson(json))));
  }

  private static JsonNode parseJson(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a stored text is not JSON", e);
    }
  }

  private static DynamoDbKey key(PromptName prompt, String sortKey) {
    return DynamoDbKey.ofPrompt(prompt.value(), sortKey);
  }

  private static String partition(PromptName prompt) {
    return DynamoDbKey.promptPartition(prompt.value());
  }

  private static String attemptPrefix(TestRun run) {
    return RUN_PREFIX + run.id() + "#CASE#";
  }

  private static String attemptKey(TestRun run, Attempt.Key attempt) {
    return attemptPrefix(run) + "%s#%04d".formatted(attempt.caseId(), attempt.number());
  }
}
