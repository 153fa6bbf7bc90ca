package dev.tollgate.local.model.answer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Fills a JSON Schema from the question: what tool arguments and structured answers are made of.
 * Only required fields are filled, each number of the question is used once and in order.
 */
final class SchemaFiller {
  private static final Pattern NUMBER = Pattern.compile("-?\\d[\\d,]*(?:\\.\\d+)?");
  private static final Pattern QUOTED = Pattern.compile("\"([^\"]+)\"|“([^”]+)”");
  private static final Pattern NAME =
      Pattern.compile("(?<=[\\p{L}\\d,] )\\p{Lu}[\\p{L}\\d-]+(?: \\p{Lu}[\\p{L}\\d-]+)*");
  private static final Set<String> ANSWER_FIELDS =
      Set.of("answer", "response", "reply", "result", "output", "summary");
  private static final Set<String> WHOLE_QUESTION_FIELDS =
      Set.of("question", "query", "input", "text", "prompt", "message", "request");

  /** Deep enough for real schemas, and an end for one that contains itself. */
  private static final int MAX_DEPTH = 12;

  private final Conversation conversation;
  private final String question;
  private final Deque<String> numbers = new ArrayDeque<>();

  SchemaFiller(Conversation conversation) {
    this.conversation = conversation;
    this.question = ParsedPrompt.of(conversation).question();
    Matcher found = NUMBER.matcher(question);
    while (found.find()) {
      numbers.add(found.group().replace(",", ""));
    }
  }

  JsonNode fill(JsonNode schema) {
    return fill("", Schema.of(schema), 0);
  }

  /** Fills one field that the caller has no better value for. */
  JsonNode fill(String name, Schema schema) {
    return fill(name, schema, 0);
  }

  private JsonNode fill(String name, Schema schema, int depth) {
    if (!schema.allowedValues().isEmpty()) {
      return chooseAllowedValue(schema);
    }
    return switch (schema.type()) {
      case "object" -> object(schema, depth);
      case "array" -> array(name, schema, depth);
      case "integer" -> IntNode.valueOf((int) number());
      case "number" -> DoubleNode.valueOf(number());
      case "boolean" -> BooleanNode.TRUE;
      case "null" -> NullNode.getInstance();
      default -> TextNode.valueOf(string(name.toLowerCase(Locale.ROOT)));
    };
  }

  private JsonNode chooseAllowedValue(Schema schema) {
    String asked = question.toLowerCase(Locale.ROOT);
    return schema.allowedValues().stream()
        .filter(value -> asked.contains(value.asText().toLowerCase(Locale.ROOT)))
        .findFirst()
        .orElseGet(() -> schema.allowedValues().getFirst());
  }

  private JsonNode object(Schema schema, int depth) {
    ObjectNode object = Json.object();
    if (depth < MAX_DEPTH) {
      schema
          .properties()
          .forEach(
              (name, property) -> {
                if (schema.requires(name)) {
                  object.set(name, fill(name, property, depth + 1));
                }
              });
    }
    return object;
  }

  private JsonNode array(String name, Schema schema, int depth) {
    ArrayNode array = Json.object().putArray("items");
    if (depth < MAX_DEPTH) {
      array.add(fill(name, schema.items(), depth + 1));
    }
    return array;
  }

  private double number() {
    return numbers.isEmpty() ? 0 : Double.parseDouble(numbers.removeFirst());
  }

  private String string(String name) {
    if (ANSWER_FIELDS.contains(name)) {
      return ExtractiveModel.answer(conversation);
    }
    Matcher quoted = QUOTED.matcher(question);
    if (quoted.find()) {
      String straight = quoted.group(1);
      return straight != null ? straight : String.valueOf(quoted.group(2));
    }
    Matcher proper = NAME.matcher(question);
    return !WHOLE_QUESTION_FIELDS.contains(name) && proper.find() ? proper.group() : question;
  }
}
