package dev.tollgate.evaluation.suite;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.composer.Composer;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * A YAML value with its line. Plain scalars follow YAML 1.2, as in JavaScript: {@code yes} is a
 * text and not {@code true}.
 */
final class YamlValue {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final Pattern INTEGER = Pattern.compile("[-+]?[0-9]+");
  private static final Pattern DECIMAL =
      Pattern.compile("[-+]?(?:\\.[0-9]+|[0-9]+(?:\\.[0-9]*)?)(?:[eE][-+]?[0-9]{1,3})?");
  private static final int MAX_NUMBER_LENGTH = 40;

  /** More nodes than the longest suite has without aliases. */
  private static final int MAX_NODES = 200_000;

  private static final int MAX_CHARACTERS = 10_000_000;
  private static final int MAX_DEPTH = 100;

  private final Node node;
  private final String name;

  /** The cached value: each case reads the values of {@code defaultTest}. */
  private @Nullable JsonNode json;

  private YamlValue(Node node, String name) {
    this.node = node;
    this.name = name;
  }

  /**
   * Parses a text with one document.
   *
   * @throws InvalidSuiteException if it is not YAML
   */
  static YamlValue read(String yaml, String name) {
    LoaderOptions options = new LoaderOptions();
    Composer composer =
        new Composer(new ParserImpl(new StreamReader(yaml), options), new Resolver(), options);
    try {
      Node root = composer.getSingleNode();
      if (root == null) {
        throw new InvalidSuiteException(1, name + " is empty");
      }
      new ExpandedSize().add(root, name);
      return new YamlValue(root, name);
    } catch (MarkedYAMLException e) {
      int line = e.getProblemMark() == null ? 1 : e.getProblemMark().getLine() + 1;
      throw new InvalidSuiteException(
          line, "this is not YAML: " + firstLine(String.valueOf(e.getProblem())));
    } catch (YAMLException e) {
      throw new InvalidSuiteException(
          1, "this is not YAML: " + firstLine(String.valueOf(e.getMessage())));
    }
  }

  /** Measures a text with its aliases expanded: aliases can make a short text huge or endless. */
  private static final class ExpandedSize {
    private final Set<Node> ancestors = Collections.newSetFromMap(new IdentityHashMap<>());
    private int nodes;
    private long characters;

    void add(Node node, String name) {
      if (!ancestors.add(node)) {
        throw new YamlValue(node, name).invalid("contains itself");
      }
      if (ancestors.size() > MAX_DEPTH) {
        throw new YamlValue(node, name).invalid("is nested too deeply with all its aliases");
      }
      nodes++;
      switch (node) {
        case ScalarNode scalar -> characters += scalar.getValue().length();
        case SequenceNode list -> list.getValue().forEach(item -> add(item, name));
        case MappingNode mapping ->
            mapping
                .getValue()
                .forEach(
                    field -> {
                      String key =
                          field.getKeyNode() instanceof ScalarNode text ? text.getValue() : name;
                      add(field.getKeyNode(), key);
                      add(field.getValueNode(), key);
                    });
        default -> {}
      }
      if (nodes > MAX_NODES || characters > MAX_CHARACTERS) {
        throw new YamlValue(node, name).invalid("is too large with all its aliases");
      }
      ancestors.remove(node);
    }
  }

  private static String firstLine(String message) {
    return message.lines().findFirst().orElse("");
  }

  /** Creates an exception with the line and the name of this value. */
  InvalidSuiteException invalid(String problem) {
    return new InvalidSuiteException(line(), name + " " + problem);
  }

  int line() {
    return node.getStartMark().getLine() + 1;
  }

  boolean isText() {
    return node instanceof ScalarNode && json().isTextual();
  }

  /** Fields by name, in the order of the text. */
  Map<String, YamlValue> fields() {
    if (!(node instanceof MappingNode mapping)) {
      throw invalid("must have fields");
    }
    Map<String, YamlValue> fields = new LinkedHashMap<>();
    for (NodeTuple tuple : mapping.getValue()) {
      if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
        throw invalid("has a field whose name is not a text");
      }
      YamlValue value = new YamlValue(tuple.getValueNode(), key.getValue());
      if (fields.put(key.getValue(), value) != null) {
        throw new InvalidSuiteException(
            key.getStartMark().getLine() + 1, key.getValue() + " is defined twice");
      }
    }
    return fields;
  }

  /** The items of a list, each with the name {@code item}. */
  List<YamlValue> items(String item) {
    if (!(node instanceof SequenceNode sequence)) {
      throw invalid("must be a list");
    }
    return sequence.getValue().stream().map(value -> new YamlValue(value, item)).toList();
  }

  String text() {
    JsonNode value = json();
    if (!value.isTextual() || value.textValue().isEmpty()) {
      throw invalid("must be a text");
    }
    return value.textValue();
  }

  BigDecimal number() {
    JsonNode value = json();
    if (!value.isNumber()) {
      throw invalid("must be a number");
    }
    return value.decimalValue();
  }

  int count() {
    JsonNode value = json();
    if (!value.isIntegralNumber() || !value.canConvertToInt()) {
      throw invalid("must be a whole number");
    }
    return value.intValue();
  }

  boolean flag() {
    JsonNode value = json();
    if (!value.isBoolean()) {
      throw invalid("must be true or false");
    }
    return value.booleanValue();
  }

  /** The value as JSON. A number keeps its digits. */
  JsonNode json() {
    if (json == null) {
      json = read();
    }
    return json;
  }

  private JsonNode read() {
    return switch (node) {
      case ScalarNode scalar -> scalar(scalar);
      case SequenceNode _ -> {
        ArrayNode list = JSON.arrayNode();
        items(name).forEach(item -> list.add(item.json()));
        yield list;
      }
      case MappingNode _ -> {
        ObjectNode object = JSON.objectNode();
        fields().forEach((field, value) -> object.set(field, value.json()));
        yield object;
      }
      default -> throw invalid("has an unsupported YAML type");
    };
  }

  private JsonNode scalar(ScalarNode scalar) {
    if (!scalar.getTag().startsWith(Tag.PREFIX)) {
      throw invalid("has a tag: remove it");
    }
    String text = scalar.getValue();
    if (scalar.getScalarStyle() != ScalarStyle.PLAIN) {
      return JSON.textNode(text);
    }
    return switch (text) {
      case "", "~", "null", "Null", "NULL" -> JSON.nullNode();
      case "true", "True", "TRUE" -> JSON.booleanNode(true);
      case "false", "False", "FALSE" -> JSON.booleanNode(false);
      default -> number(text).orElseGet(() -> JSON.textNode(text));
    };
  }

  private static Optional<JsonNode> number(String text) {
    if (text.length() > MAX_NUMBER_LENGTH) {
      return Optional.empty();
    }
    if (INTEGER.matcher(text).matches()) {
      return Optional.of(JSON.numberNode(new BigInteger(text)));
    }
    return DECIMAL.matcher(text).matches()
        ? Optional.of(JSON.numberNode(new BigDecimal(text)))
        : Optional.empty();
  }
}
