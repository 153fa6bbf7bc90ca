package dev.tollgate.local.template;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Evaluates CloudFormation's intrinsic functions, one node at a time. */
final class Intrinsics {
  private static final String NESTED_STACK = "AWS::CloudFormation::Stack";
  private static final String OUTPUTS = "Outputs.";
  private static final Pattern SUBSTITUTION = Pattern.compile("\\$\\{([^}]+)}");
  private static final Map<String, String> PSEUDO_PARAMETERS =
      Map.of(
          "AWS::StackName",
          LocalNames.STACK,
          "AWS::Region",
          LocalNames.REGION,
          "AWS::AccountId",
          LocalNames.ACCOUNT,
          "AWS::Partition",
          "aws",
          "AWS::URLSuffix",
          "amazonaws.com",
          "AWS::StackId",
          LocalNames.arn("cloudformation", "stack/" + LocalNames.STACK + "/local"));

  private final JsonNode template;
  private final Map<String, String> parameters;
  private final Map<String, String> outputs;

  Intrinsics(JsonNode template, Map<String, String> given, Map<String, String> outputs) {
    this.template = template;
    this.parameters = parameters(template.path("Parameters"), given);
    this.outputs = outputs;
  }

  private static Map<String, String> parameters(JsonNode declared, Map<String, String> given) {
    for (String name : given.keySet()) {
      if (!declared.has(name)) {
        List<String> known = new ArrayList<>();
        declared.fieldNames().forEachRemaining(known::add);
        throw new IllegalArgumentException(
            "template.yaml has no parameter " + name + ": it has " + String.join(", ", known));
      }
    }
    Map<String, String> values = new TreeMap<>(given);
    for (Map.Entry<String, JsonNode> parameter : declared.properties()) {
      JsonNode fallback = parameter.getValue().path("Default");
      if (!fallback.isMissingNode()) {
        values.putIfAbsent(parameter.getKey(), fallback.asText());
      }
    }
    return values;
  }

  /** Returns what {@code node} stands for, its children unevaluated; missing for AWS::NoValue. */
  JsonNode evaluate(JsonNode node, String place) {
    JsonNode current = node;
    while (isFunction(current)) {
      Map.Entry<String, JsonNode> call = current.properties().iterator().next();
      current = evaluateFunction(call.getKey(), call.getValue(), place);
    }
    return current;
  }

  static boolean isFunction(JsonNode node) {
    if (!node.isObject() || node.size() != 1) {
      return false;
    }
    String name = node.fieldNames().next();
    // A statement of an IAM policy has a map named Condition; the function's argument is a name.
    return name.equals("Ref")
        || name.startsWith("Fn::")
        || (name.equals("Condition") && node.path(name).isTextual());
  }

  boolean condition(String name, String place) {
    JsonNode condition = template.path("Conditions").path(name);
    if (condition.isMissingNode()) {
      throw new TemplateException(place, "there is no condition " + name);
    }
    return evaluateCondition(condition, "Conditions." + name);
  }

  private JsonNode evaluateFunction(String function, JsonNode argument, String place) {
    return switch (function) {
      case "Ref" -> ref(argument.asText(), place);
      case "Fn::GetAtt" -> TextNode.valueOf(attribute(argument, place));
      case "Fn::Sub" -> TextNode.valueOf(substitute(argument, place));
      case "Fn::Join" -> TextNode.valueOf(join(argument, place));
      case "Fn::If" ->
          evaluate(argument.path(condition(argument.path(0).asText(), place) ? 1 : 2), place);
      case "Condition" -> BooleanNode.valueOf(condition(argument.asText(), place));
      case "Fn::Equals" ->
          BooleanNode.valueOf(text(argument.path(0), place).equals(text(argument.path(1), place)));
      case "Fn::Not" -> BooleanNode.valueOf(!evaluateCondition(argument.path(0), place));
      case "Fn::And" ->
          BooleanNode.valueOf(
              elements(argument).allMatch(operand -> evaluateCondition(operand, place)));
      case "Fn::Or" ->
          BooleanNode.valueOf(
              elements(argument).anyMatch(operand -> evaluateCondition(operand, place)));
      default -> throw new TemplateException(place, "the local cloud cannot evaluate " + function);
    };
  }

  private JsonNode ref(String name, String place) {
    if (name.equals("AWS::NoValue")) {
      return MissingNode.getInstance();
    }
    return TextNode.valueOf(reference(name, place));
  }

  private String reference(String name, String place) {
    String value = PSEUDO_PARAMETERS.getOrDefault(name, parameters.get(name));
    if (value != null) {
      return value;
    }
    if (template.path("Parameters").has(name)) {
      throw new TemplateException(
          place, "parameter " + name + " has no default: give it a value to run locally");
    }
    return switch (resourceType(name)) {
      case "AWS::DynamoDB::Table" -> physicalName(name, "TableName");
      case "AWS::Serverless::Function" -> physicalName(name, "FunctionName");
      case "AWS::SQS::Queue" ->
          "https://sqs.%s.amazonaws.com/%s/%s"
              .formatted(LocalNames.REGION, LocalNames.ACCOUNT, physicalName(name, "QueueName"));
      case "AWS::Serverless::Api" -> "local";
      case "AWS::SecretsManager::Secret" ->
          LocalNames.arn("secretsmanager", "secret:" + physicalName(name, "Name"));
      default -> throw unresolvable(place, name);
    };
  }

  private String attribute(JsonNode argument, String place) {
    String path =
        argument.isArray()
            ? text(argument.path(0), place) + "." + text(argument.path(1), place)
            : argument.asText();
    return attribute(path, place);
  }

  private String attribute(String path, String place) {
    int dot = path.indexOf('.');
    if (dot < 0) {
      throw new TemplateException(place, "Fn::GetAtt needs Resource.Attribute, not " + path);
    }
    String resource = path.substring(0, dot);
    String attribute = path.substring(dot + 1);
    if (resourceType(resource).equals(NESTED_STACK) && attribute.startsWith(OUTPUTS)) {
      String output = outputs.get(resource + "." + attribute.substring(OUTPUTS.length()));
      if (output == null) {
        throw unresolvable(place, path);
      }
      return output;
    }
    return switch (resourceType(resource) + " " + attribute) {
      case "AWS::DynamoDB::Table Arn" -> LocalNames.tableArn(physicalName(resource, "TableName"));
      case "AWS::DynamoDB::Table StreamArn" ->
          LocalNames.streamArn(physicalName(resource, "TableName"));
      case "AWS::Serverless::Function Arn" ->
          LocalNames.functionArn(physicalName(resource, "FunctionName"));
      case "AWS::SQS::Queue Arn" -> LocalNames.arn("sqs", physicalName(resource, "QueueName"));
      case "AWS::SQS::Queue QueueName" -> physicalName(resource, "QueueName");
      default -> throw unresolvable(place, path);
    };
  }

  private static TemplateException unresolvable(String place, String target) {
    return new TemplateException(
        place,
        target
            + " has no local counterpart: set this value through the local environment or a"
            + " parameter");
  }

  private String resourceType(String name) {
    return template.path("Resources").path(name).path("Type").asText("unknown");
  }

  /** Returns the name that the resource's property gives, else the one its logical id gives. */
  String physicalName(String logicalId, String property) {
    JsonNode given = template.path("Resources").path(logicalId).path("Properties").path(property);
    String place = logicalId + "." + property;
    JsonNode name = evaluate(given, place);
    return name.isMissingNode() ? LocalNames.STACK + "-" + logicalId : text(name, place);
  }

  private String substitute(JsonNode argument, String place) {
    return argument.isArray()
        ? substitute(argument.path(0).asText(), argument.path(1), place)
        : substitute(argument.asText(), MissingNode.getInstance(), place);
  }

  private String substitute(String pattern, JsonNode variables, String place) {
    return SUBSTITUTION
        .matcher(pattern)
        .replaceAll(
            match ->
                Matcher.quoteReplacement(placeholder(match.group(1).strip(), variables, place)));
  }

  private String placeholder(String name, JsonNode variables, String place) {
    if (name.startsWith("!")) {
      return "${" + name.substring(1) + "}";
    }
    if (variables.has(name)) {
      return text(variables.path(name), place);
    }
    return name.contains(".") ? attribute(name, place) : reference(name, place);
  }

  private String join(JsonNode argument, String place) {
    JsonNode parts = evaluate(argument.path(1), place);
    return String.join(
        argument.path(0).asText(), elements(parts).map(part -> text(part, place)).toList());
  }

  private boolean evaluateCondition(JsonNode node, String place) {
    return Boolean.parseBoolean(text(node, place));
  }

  private String text(JsonNode node, String place) {
    JsonNode value = evaluate(node, place);
    if (!value.isValueNode()) {
      throw new TemplateException(place, "expected a plain value, found " + value);
    }
    return value.asText();
  }

  private static Stream<JsonNode> elements(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }
}
