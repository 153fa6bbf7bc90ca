package dev.tollgate.local.model.answer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.tollgate.local.model.answer.Entailment.Outcome;
import dev.tollgate.local.model.answer.Entailment.Verdict;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Answers a judge's request in whatever schema it asks for, by the names of the schema's fields:
 * whether claims or answers are supported, or whether two answers say the same. The asker's wording
 * plays no part, so nothing in the judged text can talk this judge round.
 */
final class RuleBasedJudge {
  private static final Set<String> LISTS =
      Set.of("claims", "statements", "facts", "verdicts", "results", "judgements", "judgments");
  private static final Set<String> CLAIM = Set.of("claim", "statement", "text", "sentence", "fact");
  private static final Set<String> ID =
      Set.of("id", "index", "number", "claimid", "claimindex", "claimnumber", "n");
  private static final Set<String> VERDICT =
      Set.of("verdict", "supported", "issupported", "faithful", "grounded", "entailed", "pass");
  private static final Set<String> EQUIVALENCE = Set.of("same", "equivalent");
  private static final Set<String> ITEM_VERDICT =
      Set.of("label", "status", "outcome", "attributed", "score");
  private static final Set<String> EVIDENCE =
      Set.of("evidence", "quote", "span", "citation", "excerpt", "evidencequote", "evidencespan");
  private static final Set<String> REASON =
      Set.of("reason", "explanation", "rationale", "reasoning", "justification", "summary");
  private static final Set<String> WITHOUT_CLAIMS =
      Set.of("withoutclaims", "sentenceswithoutclaims");
  private static final Set<String> SCORE = Set.of("score", "faithfulness", "ratio");

  /** How enums name each outcome, best first. */
  private static final Map<Outcome, List<String>> OUTCOME_NAMES =
      Map.of(
          Outcome.SUPPORTED,
          List.of(
              "supported",
              "yes",
              "true",
              "entailed",
              "entailment",
              "faithful",
              "grounded",
              "pass",
              "1"),
          Outcome.CONTRADICTED,
          List.of("contradicted", "contradiction", "contradictory", "refuted", "conflicting"),
          Outcome.UNSUPPORTED,
          List.of(
              "unsupported",
              "notsupported",
              "notenoughinfo",
              "notenoughinformation",
              "nei",
              "insufficient",
              "neutral",
              "unknown",
              "idk",
              "unverifiable",
              "no",
              "false",
              "unfaithful",
              "ungrounded",
              "fail",
              "0"));

  /** A rubric is met in its gist, as its words describe an answer rather than repeat it. */
  private static final double RUBRIC_SUPPORT = 0.3;

  private final SchemaFiller filler;
  private final List<Verdict> verdicts;
  private final List<String> sentencesWithoutClaims;

  private RuleBasedJudge(Conversation conversation) {
    ParsedPrompt reading = ParsedPrompt.of(conversation);
    this.filler = new SchemaFiller(conversation);
    this.sentencesWithoutClaims = Claim.sentencesWithoutClaims(reading);
    this.verdicts = judge(reading);
  }

  /** Tells whether {@code schema} asks for verdicts on claims, or for the claims themselves. */
  static boolean isJudgeSchema(JsonNode schema) {
    return Schema.of(schema).properties().entrySet().stream()
        .anyMatch(
            property ->
                VERDICT.contains(normalize(property.getKey()))
                    || EQUIVALENCE.contains(normalize(property.getKey()))
                    || isClaimList(property.getKey(), property.getValue()));
  }

  static JsonNode verdicts(Conversation conversation, JsonNode schema) {
    return new RuleBasedJudge(conversation).fillObject(Schema.of(schema));
  }

  private static List<Verdict> judge(ParsedPrompt reading) {
    if (reading.compared().size() == 2) {
      return compare(reading.compared().getFirst(), reading.compared().getLast());
    }
    if (reading.sources().isEmpty() && !reading.rubrics().isEmpty()) {
      List<Passage> answer =
          reading.answers().stream().flatMap(text -> Passage.split(text).stream()).toList();
      Entailment entailment = new Entailment(answer, RUBRIC_SUPPORT);
      return List.of(entailment.judge(new Claim("1", String.join(" ", reading.rubrics()))));
    }
    Entailment entailment = new Entailment(reading.passages());
    return Claim.extractFrom(reading).stream().map(entailment::judge).toList();
  }

  /** Two answers say the same if each supports all that the other says. */
  private static List<Verdict> compare(String one, String other) {
    return Stream.concat(supported(one, other), supported(other, one)).toList();
  }

  private static Stream<Verdict> supported(String answer, String by) {
    Entailment entailment = new Entailment(Passage.split(by));
    return Passage.split(answer).stream()
        .map(sentence -> entailment.judge(new Claim("1", sentence.text())));
  }

  private static boolean isClaimList(String name, Schema schema) {
    if (!schema.type().equals("array")) {
      return false;
    }
    Schema items = schema.items();
    return items.type().equals("object")
        ? items.properties().keySet().stream().anyMatch(field -> VERDICT.contains(normalize(field)))
            || (LISTS.contains(normalize(name))
                && items.properties().keySet().stream()
                    .anyMatch(
                        field ->
                            ITEM_VERDICT.contains(normalize(field))
                                || CLAIM.contains(normalize(field))))
        : LISTS.contains(normalize(name)) && items.type().equals("string");
  }

  private ObjectNode fillObject(Schema schema) {
    ObjectNode whole = Json.object();
    schema
        .properties()
        .forEach(
            (name, property) -> {
              String field = normalize(name);
              if (isClaimList(name, property)) {
                whole.set(name, claimList(property.items()));
              } else if (WITHOUT_CLAIMS.contains(field)) {
                ArrayNode numbers = whole.putArray(name);
                sentencesWithoutClaims.forEach(number -> numbers.add(Integer.parseInt(number)));
              } else if (SCORE.contains(field) && isNumber(property)) {
                whole.set(name, supportRatio(property));
              } else if (VERDICT.contains(field) || EQUIVALENCE.contains(field)) {
                whole.set(name, outcome(overall(), property));
              } else if (REASON.contains(field)) {
                whole.put(
                    name,
                    "Simulated judge: "
                        + supported()
                        + " of "
                        + verdicts.size()
                        + " claims supported.");
              } else if (schema.requires(name)) {
                whole.set(name, filler.fill(name, property));
              }
            });
    return whole;
  }

  private ArrayNode claimList(Schema items) {
    ArrayNode list = Json.object().putArray("list");
    for (Verdict verdict : verdicts) {
      list.add(
          items.type().equals("object")
              ? item(verdict, items)
              : TextNode.valueOf(verdict.claim().text()));
    }
    return list;
  }

  private ObjectNode item(Verdict verdict, Schema schema) {
    ObjectNode item = Json.object();
    schema
        .properties()
        .forEach(
            (name, property) -> {
              String field = normalize(name);
              if (CLAIM.contains(field) && !isNumber(property)) {
                item.put(name, verdict.claim().text());
              } else if (ID.contains(field) || CLAIM.contains(field)) {
                item.set(name, id(verdict.claim(), property));
              } else if (VERDICT.contains(field) || ITEM_VERDICT.contains(field)) {
                item.set(name, outcome(verdict.outcome(), property));
              } else if (EVIDENCE.contains(field)) {
                item.set(name, evidence(verdict, property));
              } else if (REASON.contains(field)) {
                item.put(name, "Simulated judge: " + verdict.reason());
              } else if (schema.requires(name)) {
                item.set(name, filler.fill(name, property));
              }
            });
    return item;
  }

  private static JsonNode id(Claim claim, Schema schema) {
    String digits = claim.id().replaceAll("\\D", "");
    return isNumber(schema) && !digits.isEmpty()
        ? IntNode.valueOf(Integer.parseInt(digits))
        : TextNode.valueOf(claim.id());
  }

  private static JsonNode evidence(Verdict verdict, Schema schema) {
    if (schema.type().equals("array")) {
      ArrayNode spans = Json.object().putArray("spans");
      return verdict.evidence().isEmpty() ? spans : spans.add(verdict.evidence());
    }
    return verdict.evidence().isEmpty() && schema.nullable()
        ? NullNode.getInstance()
        : TextNode.valueOf(verdict.evidence());
  }

  private static JsonNode outcome(Outcome outcome, Schema schema) {
    boolean supported = outcome == Outcome.SUPPORTED;
    if (!schema.allowedValues().isEmpty()) {
      return allowed(outcome, schema.allowedValues());
    }
    return switch (schema.type()) {
      case "boolean" -> BooleanNode.valueOf(supported);
      case "integer", "number" -> IntNode.valueOf(supported ? 1 : 0);
      default -> TextNode.valueOf(outcome.name().toLowerCase(Locale.ROOT));
    };
  }

  private static JsonNode allowed(Outcome outcome, List<JsonNode> values) {
    for (Outcome wanted :
        outcome == Outcome.CONTRADICTED
            ? List.of(outcome, Outcome.UNSUPPORTED)
            : outcome == Outcome.UNSUPPORTED
                ? List.of(outcome, Outcome.CONTRADICTED)
                : List.of(outcome)) {
      for (String name : OUTCOME_NAMES.getOrDefault(wanted, List.of())) {
        for (JsonNode value : values) {
          if (normalize(value.asText()).equals(name)) {
            return value;
          }
        }
      }
    }
    return outcome == Outcome.SUPPORTED ? values.getFirst() : values.getLast();
  }

  private JsonNode supportRatio(Schema schema) {
    double share = verdicts.isEmpty() ? 0 : (double) supported() / verdicts.size();
    return schema.type().equals("integer")
        ? IntNode.valueOf((int) Math.round(share))
        : DoubleNode.valueOf(share);
  }

  private Outcome overall() {
    return !verdicts.isEmpty() && supported() == verdicts.size()
        ? Outcome.SUPPORTED
        : verdicts.stream().anyMatch(verdict -> verdict.outcome() == Outcome.CONTRADICTED)
            ? Outcome.CONTRADICTED
            : Outcome.UNSUPPORTED;
  }

  private long supported() {
    return verdicts.stream().filter(verdict -> verdict.outcome() == Outcome.SUPPORTED).count();
  }

  private static boolean isNumber(Schema schema) {
    return schema.type().equals("number") || schema.type().equals("integer");
  }

  private static String normalize(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
  }
}
