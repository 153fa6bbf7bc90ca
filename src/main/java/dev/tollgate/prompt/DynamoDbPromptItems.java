package dev.tollgate.prompt;

import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromL;
import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromM;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tollgate.audit.ChainHead;
import dev.tollgate.dynamodb.DynamoDbItem;
import dev.tollgate.dynamodb.DynamoDbValue;
import dev.tollgate.json.JsonMappers;
import dev.tollgate.prompt.content.PromptContent;
import dev.tollgate.prompt.content.PromptContentJson;
import dev.tollgate.prompt.content.PromptMessage;
import dev.tollgate.prompt.content.PromptTemplate;
import dev.tollgate.prompt.content.Template;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The attributes of the items in a prompt's partition. A template is stored as text, since JSON
 * within an attribute could exceed DynamoDB's 400 KB. The settings of a version are one JSON text.
 */
final class DynamoDbPromptItems {
  private static final ObjectMapper JSON = JsonMappers.EXACT;

  private DynamoDbPromptItems() {}

  static Map<String, AttributeValue> item(PromptState state) {
    ActivationHistory history = state.activationHistory();
    DynamoDbItem.Builder item = DynamoDbItem.builder();
    state.active().ifPresent(active -> item.put("active", active));
    return item.put("latest", state.latest())
        .put("trail", numbers(history.activations()))
        .put("ever_active", numbers(history.everActivated()))
        .put("frozen", numbers(history.frozen()))
        .put("suspensions", suspensionAttribute(history.suspensions()))
        .putText("suite_hash", state.suiteHash())
        .put("second_person", state.secondPersonRequired())
        .put("epoch", state.cacheEpoch())
        .put("semantic", fromM(item(state.semantic())))
        .put("revision", state.revision())
        .put("events", state.chainEnd().length())
        .put("event_hash", state.chainEnd().hash())
        .build();
  }

  static PromptState promptState(PromptName name, DynamoDbItem item) {
    return new PromptState(
        name,
        item.intNumber("latest"),
        new ActivationHistory(
            numbers(item, "trail"),
            new HashSet<>(numbers(item, "ever_active")),
            new HashSet<>(numbers(item, "frozen")),
            suspensions(item)),
        new PromptState.Settings(
            item.findText("suite_hash"),
            item.flag("second_person"),
            item.longNumber("epoch"),
            semantic(item)),
        item.longNumber("revision"),
        new ChainHead(item.longNumber("events"), item.text("event_hash")));
  }

  private static AttributeValue suspensionAttribute(Map<Integer, Suspension> suspensions) {
    Map<String, AttributeValue> entries = new HashMap<>();
    suspensions.forEach(
        (version, suspension) ->
            entries.put(
                Integer.toString(version),
                fromM(
                    DynamoDbItem.builder()
                        .put("run_id", suspension.runId())
                        .putMillis("since", suspension.since())
                        .build())));
    return fromM(entries);
  }

  /** The oldest heads lack the attribute. */
  private static Map<Integer, Suspension> suspensions(DynamoDbItem item) {
    Map<Integer, Suspension> suspensions = new HashMap<>();
    item.findMap("suspensions")
        .ifPresent(
            entries ->
                entries
                    .attributes()
                    .forEach(
                        (version, entry) -> {
                          DynamoDbItem suspension = new DynamoDbItem(entry.m());
                          suspensions.put(
                              Integer.valueOf(version),
                              new Suspension(
                                  suspension.text("run_id"), suspension.millis("since")));
                        }));
    return suspensions;
  }

  private static Map<String, AttributeValue> item(SemanticSwitch semantic) {
    DynamoDbItem.Builder item =
        DynamoDbItem.builder().putMillis("counted_from", semantic.countedFrom());
    semantic
        .off()
        .ifPresent(
            off ->
                item.putMillis("off_since", off.since())
                    .put("reason", off.reason())
                    .putText("call_id", off.callId()));
    return item.build();
  }

  /** The oldest heads lack the attribute. */
  private static SemanticSwitch semantic(DynamoDbItem head) {
    return head.findMap("semantic")
        .map(
            item ->
                new SemanticSwitch(
                    item.millis("counted_from"),
                    item.findMillis("off_since")
                        .map(
                            since ->
                                new SemanticSwitch.Off(
                                    since, item.text("reason"), item.findText("call_id")))))
        .orElse(SemanticSwitch.ON);
  }

  static Map<String, AttributeValue> item(PromptVersion version) {
    PromptContent content = version.content();
    return DynamoDbItem.builder()
        .put("version", version.number())
        .put("messages", messages(content.template()))
        .put("settings", PromptContentJson.settings(content).toString())
        .put("hash", content.hash())
        .put("version_hash", content.versionHash())
        .put("author", version.author())
        .put("registered_by", version.registeredBy())
        .put("notes", version.notes())
        .put("created", version.created())
        .build();
  }

  private static AttributeValue messages(PromptTemplate template) {
    return fromL(
        template.messages().stream()
            .map(
                message ->
                    fromM(
                        DynamoDbItem.builder()
                            .put("role", message.role().id())
                            .put("text", message.template().text())
                            .build()))
            .toList());
  }

  static PromptVersion version(PromptName name, DynamoDbItem item) {
    PromptTemplate template =
        new PromptTemplate(
            item.list("messages").stream()
                .map(message -> message(new DynamoDbItem(message.m())))
                .toList());
    try {
      return new PromptVersion(
          name,
          item.intNumber("version"),
          PromptContentJson.read(template, JSON.readTree(item.text("settings"))),
          item.text("author"),
          item.text("registered_by"),
          item.text("notes"),
          item.time("created"));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the settings of a version are not JSON: " + name, e);
    }
  }

  private static PromptMessage message(DynamoDbItem item) {
    return new PromptMessage(
        PromptMessage.Role.of(item.text("role")).orElseThrow(), new Template(item.text("text")));
  }

  static VersionSummary summary(DynamoDbItem item) {
    return new VersionSummary(
        item.intNumber("version"),
        item.text("hash"),
        item.text("version_hash"),
        item.text("author"),
        item.text("notes"),
        item.time("created"));
  }

  static Map<String, AttributeValue> item(LabelPointer pointer) {
    return DynamoDbItem.builder()
        .put("version", pointer.version())
        .put("moved_by", pointer.movedBy())
        .put("moved_at", pointer.movedAt())
        .build();
  }

  static LabelPointer pointer(Label label, DynamoDbItem item) {
    return new LabelPointer(
        label, item.intNumber("version"), item.text("moved_by"), item.time("moved_at"));
  }

  static Map<String, AttributeValue> item(GateVerdict verdict) {
    return DynamoDbItem.builder()
        .put("passed", verdict.passed())
        .putMillis("run_at", verdict.time())
        .put("run_id", verdict.runId())
        .put("judge", verdict.judge())
        .build();
  }

  static GateVerdict verdict(String versionHash, String suiteHash, DynamoDbItem item) {
    return new GateVerdict(
        versionHash,
        suiteHash,
        item.flag("passed"),
        item.millis("run_at"),
        item.text("run_id"),
        item.text("judge"));
  }

  static Map<String, AttributeValue> item(Suite suite) {
    return DynamoDbItem.builder()
        .put("yaml", suite.yaml())
        .putText("held_out", suite.heldOut())
        .build();
  }

  static Suite suite(DynamoDbItem item) {
    return new Suite(item.text("yaml"), item.findText("held_out"));
  }

  private static AttributeValue numbers(Collection<Integer> values) {
    return fromL(values.stream().map(value -> DynamoDbValue.of(value.longValue())).toList());
  }

  private static List<Integer> numbers(DynamoDbItem item, String name) {
    return item.list(name).stream().map(each -> Integer.parseInt(each.n())).toList();
  }
}
