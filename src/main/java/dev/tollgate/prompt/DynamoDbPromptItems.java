package dev.tollgate.prompt;

import static java.util.Objects.requireNonNull;
import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromBool;
import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromL;
import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromM;
import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromN;
import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromS;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.tollgate.audit.ChainHead;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The attributes of what a prompt's partition holds. A template is stored as text, since JSON
 * within an attribute could grow beyond DynamoDB's 400 KB; the settings beside it are one JSON
 * text.
 */
final class DynamoDbPromptItems {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .nodeFactory(JsonNodeFactory.withExactBigDecimals(true))
          .build();

  private DynamoDbPromptItems() {}

  static Map<String, AttributeValue> item(PromptState state) {
    Map<String, AttributeValue> item = new HashMap<>();
    item.put("latest", number(state.latest()));
    state.active().ifPresent(active -> item.put("active", number(active)));
    item.put("trail", numbers(state.activationHistory().activations()));
    item.put("ever_active", numbers(state.activationHistory().everActivated()));
    item.put("frozen", numbers(state.activationHistory().frozen()));
    item.put("suspensions", suspensionAttribute(state.activationHistory().suspensions()));
    state.suiteHash().ifPresent(hash -> item.put("suite_hash", fromS(hash)));
    item.put("second_person", fromBool(state.secondPersonRequired()));
    item.put("epoch", number(state.cacheEpoch()));
    item.put("semantic", item(state.semantic()));
    item.put("revision", number(state.revision()));
    item.put("events", number(state.chainEnd().length()));
    item.put("event_hash", fromS(state.chainEnd().hash()));
    return item;
  }

  static PromptState promptState(PromptName name, Map<String, AttributeValue> item) {
    return new PromptState(
        name,
        number(item, "latest"),
        new ActivationHistory(
            numbers(item, "trail"),
            new HashSet<>(numbers(item, "ever_active")),
            new HashSet<>(numbers(item, "frozen")),
            suspensions(item)),
        Optional.ofNullable(item.get("suite_hash")).map(AttributeValue::s),
        attribute(item, "second_person").bool(),
        longNumber(item, "epoch"),
        semantic(item),
        longNumber(item, "revision"),
        new ChainHead(longNumber(item, "events"), text(item, "event_hash")));
  }

  private static AttributeValue suspensionAttribute(Map<Integer, Suspension> suspensions) {
    Map<String, AttributeValue> entries = new HashMap<>();
    suspensions.forEach(
        (version, why) ->
            entries.put(
                Integer.toString(version),
                fromM(Map.of("run_id", fromS(why.runId()), "since", millis(why.since())))));
    return fromM(entries);
  }

  private static Map<Integer, Suspension> suspensions(Map<String, AttributeValue> item) {
    AttributeValue entries = item.get("suspensions");
    // Heads that were written before there were any have none.
    if (entries == null) {
      return Map.of();
    }
    Map<Integer, Suspension> suspensions = new HashMap<>();
    entries
        .m()
        .forEach(
            (version, why) ->
                suspensions.put(
                    Integer.valueOf(version),
                    new Suspension(
                        text(why.m(), "run_id"),
                        Instant.ofEpochMilli(longNumber(why.m(), "since")))));
    return suspensions;
  }

  private static AttributeValue item(SemanticSwitch semantic) {
    Map<String, AttributeValue> item = new HashMap<>();
    item.put("counted_from", millis(semantic.countedFrom()));
    semantic
        .off()
        .ifPresent(
            off -> {
              item.put("off_since", millis(off.since()));
              item.put("reason", fromS(off.reason()));
              off.callId().ifPresent(id -> item.put("call_id", fromS(id)));
            });
    return fromM(item);
  }

  private static SemanticSwitch semantic(Map<String, AttributeValue> head) {
    AttributeValue entry = head.get("semantic");
    // Heads that were written before there was a switch have none.
    if (entry == null) {
      return SemanticSwitch.ON;
    }
    Map<String, AttributeValue> item = entry.m();
    return new SemanticSwitch(
        Instant.ofEpochMilli(longNumber(item, "counted_from")),
        item.containsKey("off_since")
            ? Optional.of(
                new SemanticSwitch.Off(
                    Instant.ofEpochMilli(longNumber(item, "off_since")),
                    text(item, "reason"),
                    Optional.ofNullable(item.get("call_id")).map(AttributeValue::s)))
            : Optional.empty());
  }

  static Map<String, AttributeValue> item(PromptVersion version) {
    PromptContent content = version.content();
    Map<String, AttributeValue> item = new HashMap<>();
    item.put("version", number(version.number()));
    item.put("messages", messages(content.template()));
    item.put("settings", fromS(PromptContentJson.settings(content).toString()));
    item.put("hash", fromS(content.hash()));
    item.put("version_hash", fromS(content.versionHash()));
    item.put("author", fromS(version.author()));
    item.put("registered_by", fromS(version.registeredBy()));
    item.put("notes", fromS(version.notes()));
    item.put("created", fromS(version.created().toString()));
    return item;
  }

  private static AttributeValue messages(PromptTemplate template) {
    return fromL(
        template.messages().stream()
            .map(
                message ->
                    fromM(
                        Map.of(
                            "role", fromS(message.role().id()),
                            "text", fromS(message.template().text()))))
            .toList());
  }

  static PromptVersion version(PromptName name, Map<String, AttributeValue> item) {
    PromptTemplate template =
        new PromptTemplate(
            attribute(item, "messages").l().stream()
                .map(AttributeValue::m)
                .map(
                    message ->
                        new PromptMessage(
                            PromptMessage.Role.of(text(message, "role")).orElseThrow(),
                            new Template(text(message, "text"))))
                .toList());
    try {
      return new PromptVersion(
          name,
          number(item, "version"),
          PromptContentJson.read(template, JSON.readTree(text(item, "settings"))),
          text(item, "author"),
          text(item, "registered_by"),
          text(item, "notes"),
          Instant.parse(text(item, "created")));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a version's settings are no JSON", e);
    }
  }

  static VersionSummary summary(Map<String, AttributeValue> item) {
    return new VersionSummary(
        number(item, "version"),
        text(item, "hash"),
        text(item, "version_hash"),
        text(item, "author"),
        text(item, "notes"),
        Instant.parse(text(item, "created")));
  }

  static Map<String, AttributeValue> item(LabelPointer pointer) {
    return Map.of(
        "version", number(pointer.version()),
        "moved_by", fromS(pointer.movedBy()),
        "moved_at", fromS(pointer.movedAt().toString()));
  }

  static LabelPointer pointer(Label label, Map<String, AttributeValue> item) {
    return new LabelPointer(
        label,
        number(item, "version"),
        text(item, "moved_by"),
        Instant.parse(text(item, "moved_at")));
  }

  static Map<String, AttributeValue> item(GateVerdict verdict) {
    return Map.of(
        "passed", fromBool(verdict.passed()),
        "run_at", millis(verdict.time()),
        "run_id", fromS(verdict.runId()),
        "judge", fromS(verdict.judge()));
  }

  static GateVerdict verdict(
      String versionHash, String suiteHash, Map<String, AttributeValue> item) {
    return new GateVerdict(
        versionHash,
        suiteHash,
        attribute(item, "passed").bool(),
        Instant.ofEpochMilli(longNumber(item, "run_at")),
        text(item, "run_id"),
        text(item, "judge"));
  }

  /** A time that conditions can compare. */
  static AttributeValue millis(Instant time) {
    return number(time.toEpochMilli());
  }

  private static AttributeValue number(long value) {
    return fromN(Long.toString(value));
  }

  private static AttributeValue numbers(Collection<Integer> values) {
    return fromL(values.stream().map(DynamoDbPromptItems::number).toList());
  }

  private static List<Integer> numbers(Map<String, AttributeValue> item, String name) {
    return attribute(item, name).l().stream().map(each -> Integer.parseInt(each.n())).toList();
  }

  static int number(Map<String, AttributeValue> item, String name) {
    return Integer.parseInt(attribute(item, name).n());
  }

  private static long longNumber(Map<String, AttributeValue> item, String name) {
    return Long.parseLong(attribute(item, name).n());
  }

  static Map<String, AttributeValue> suite(Suite suite) {
    Map<String, AttributeValue> item = new HashMap<>();
    item.put("yaml", fromS(suite.yaml()));
    suite.heldOut().ifPresent(yaml -> item.put("held_out", fromS(yaml)));
    return item;
  }

  static Suite suite(Map<String, AttributeValue> item) {
    return new Suite(
        text(item, "yaml"), Optional.ofNullable(item.get("held_out")).map(AttributeValue::s));
  }

  static String text(Map<String, AttributeValue> item, String name) {
    return attribute(item, name).s();
  }

  /** An attribute that every item of this kind has. */
  private static AttributeValue attribute(Map<String, AttributeValue> item, String name) {
    return requireNonNull(item.get(name), name);
  }
}
