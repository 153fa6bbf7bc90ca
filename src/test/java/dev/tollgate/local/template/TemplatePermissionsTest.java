package dev.tollgate.local.template;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Functions may do what they do, and no more. */
final class TemplatePermissionsTest {
  /** By function, what it may do to which resource besides writing its own log. */
  private static final Map<String, Set<String>> ALLOWED =
      Map.of(
          "InvokeLlm",
          Set.of(
              "secretsmanager:GetSecretValue Secret",
              "secretsmanager:GetSecretValue Redis.Outputs.SecretArn",
              "dynamodb:GetItem PromptsTable.Arn",
              "dynamodb:Query PromptsTable.Arn",
              "dynamodb:PutItem PromptsTable.Arn if BUDGET#* or IDEM#*",
              "dynamodb:UpdateItem PromptsTable.Arn if BUDGET#* or IDEM#*",
              "dynamodb:DeleteItem PromptsTable.Arn if BUDGET#* or IDEM#*",
              "dynamodb:PutItem CallsTable.Arn",
              "lambda:InvokeFunction ${AWS::StackName}-nightlyRegression:live"),
          "PromptAdmin",
          Set.of(
              "dynamodb:GetItem PromptsTable.Arn",
              "dynamodb:Query PromptsTable.Arn",
              "dynamodb:PutItem PromptsTable.Arn",
              "dynamodb:DeleteItem PromptsTable.Arn",
              "dynamodb:ConditionCheckItem PromptsTable.Arn",
              "lambda:InvokeFunction ${AWS::StackName}-nightlyRegression:live"),
          "CostReport",
          Set.of(
              "secretsmanager:GetSecretValue Ledger.Outputs.SecretArn",
              "dynamodb:GetItem PromptsTable.Arn",
              "dynamodb:Query PromptsTable.Arn",
              "dynamodb:Query CallsTable.Arn"),
          "NightlyRegression",
          Set.of(
              "secretsmanager:GetSecretValue Secret",
              "dynamodb:GetItem PromptsTable.Arn",
              "dynamodb:Query PromptsTable.Arn",
              "dynamodb:PutItem PromptsTable.Arn if BUDGET#* or PROMPT#* or PROMPTS",
              "dynamodb:UpdateItem PromptsTable.Arn if BUDGET#* or PROMPT#* or PROMPTS",
              "dynamodb:DeleteItem PromptsTable.Arn if BUDGET#*",
              "dynamodb:ConditionCheckItem PromptsTable.Arn",
              "dynamodb:PutItem CallsTable.Arn",
              "lambda:InvokeFunction ${AWS::StackName}-nightlyRegression:live",
              "sqs:SendMessage FailedInvocations.Arn",
              "events:PutEvents event-bus/default"),
          "CostLedger",
          Set.of(
              "secretsmanager:GetSecretValue Ledger.Outputs.SecretArn",
              "dynamodb:GetItem PromptsTable.Arn",
              "dynamodb:Query PromptsTable.Arn",
              "dynamodb:PutItem PromptsTable.Arn if BUDGET#*",
              "dynamodb:UpdateItem PromptsTable.Arn if BUDGET#*",
              "dynamodb:DeleteItem PromptsTable.Arn if BUDGET#*",
              "dynamodb:Query CallsTable.Arn",
              "dynamodb:Scan CallsTable.Arn",
              "dynamodb:PutItem CallsTable.Arn",
              "dynamodb:UpdateItem CallsTable.Arn",
              "dynamodb:DescribeStream CallsTable.StreamArn",
              "dynamodb:GetRecords CallsTable.StreamArn",
              "dynamodb:GetShardIterator CallsTable.StreamArn",
              "sqs:SendMessage UnbookedBatches.Arn"));

  private final JsonNode root;

  TemplatePermissionsTest() throws IOException {
    root = TemplateYaml.read(Path.of("template.yaml"));
  }

  @Test
  void eachFunctionHasItsOwnLeastPrivilegeRole() {
    Map<String, Set<String>> granted = new TreeMap<>();
    functions()
        .forEach(
            (name, function) -> {
              assertEquals(
                  name + "Role.Arn", function.path("Role").path("Fn::GetAtt").asText(), name);
              Set<String> grants = grants(resource(name + "Role"));
              assertTrue(
                  grants.removeAll(
                      Set.of(
                          "logs:CreateLogStream " + name + "Logs.Arn",
                          "logs:PutLogEvents " + name + "Logs.Arn")),
                  name + " writes its log");
              granted.put(name, grants);
            });

    assertEquals(new TreeMap<>(ALLOWED), granted);
  }

  @Test
  void onlyFunctionsThatCallModelsReadProviderKeys() {
    Set<String> readers = new TreeSet<>();
    for (Map.Entry<String, JsonNode> resource : root.path("Resources").properties()) {
      if (resource.getValue().path("Type").asText().startsWith("AWS::IAM::")
          && grants(resource.getValue()).contains("secretsmanager:GetSecretValue Secret")) {
        readers.add(resource.getKey());
      }
    }

    assertEquals(Set.of("InvokeLlmRole", "NightlyRegressionRole"), readers);
  }

  @Test
  void functionsReceiveTheVariablesThatTheyRead() {
    functions()
        .forEach(
            (name, function) -> {
              JsonNode variables = function.path("Environment").path("Variables");
              for (String grant : grants(resource(name + "Role"))) {
                if (grant.startsWith("secretsmanager:")) {
                  String secret = grant.split(" ", 2)[1];
                  assertTrue(
                      variables.valueStream().anyMatch(value -> named(value).equals(secret)),
                      name + " may read " + secret + " but does not know of it");
                }
              }
            });
  }

  @Test
  void wildcardResourcesOnlyWhereRequired() throws IOException {
    Set<String> everywhere = new TreeSet<>();
    for (JsonNode template : templates()) {
      for (JsonNode resource : template.path("Resources")) {
        if (resource.path("Type").asText().startsWith("AWS::IAM::")) {
          for (String grant : grants(resource)) {
            String[] parts = grant.split(" ", 2);
            assertTrue(!parts[0].contains("*"), grant);
            if (parts[1].startsWith("*")) {
              everywhere.add(parts[0].split(":", 2)[0]);
            }
          }
        }
      }
    }

    assertEquals(Set.of("ec2", "xray"), everywhere);
  }

  @Test
  void onlyFunctionsThatUseRedisOrTheLedgerAreInTheNetwork() {
    Map<String, String> groups = new TreeMap<>();
    functions()
        .forEach(
            (name, function) -> {
              JsonNode group = function.path("VpcConfig").path("SecurityGroupIds").path(0);
              if (!group.isMissingNode()) {
                groups.put(name, named(group));
              }
            });

    assertEquals(
        Map.of(
            "InvokeLlm", "Network.Outputs.CallingGroup",
            "CostReport", "Network.Outputs.BookkeepingGroup",
            "CostLedger", "Network.Outputs.BookkeepingGroup"),
        groups);
  }

  private Map<String, JsonNode> functions() {
    Map<String, JsonNode> functions = new TreeMap<>();
    for (Map.Entry<String, JsonNode> resource : root.path("Resources").properties()) {
      if (resource.getValue().path("Type").asText().equals("AWS::Serverless::Function")) {
        functions.put(resource.getKey(), resource.getValue().path("Properties"));
      }
    }
    return functions;
  }

  private JsonNode resource(String logicalId) {
    return root.path("Resources").path(logicalId);
  }

  /** What a role or a policy allows: an action, a resource, and which items if not all. */
  private static Set<String> grants(JsonNode resource) {
    Set<String> grants = new TreeSet<>();
    JsonNode properties = resource.path("Properties");
    List<JsonNode> documents = new ArrayList<>();
    documents.add(properties.path("PolicyDocument"));
    properties.path("Policies").forEach(policy -> documents.add(policy.path("PolicyDocument")));
    for (JsonNode document : documents) {
      for (JsonNode statement : document.path("Statement")) {
        JsonNode keys = statement.at("/Condition/ForAllValues:StringLike/dynamodb:LeadingKeys");
        String items =
            keys.valueStream().map(JsonNode::asText).sorted().collect(Collectors.joining(" or "));
        for (JsonNode action : list(statement.path("Action"))) {
          for (JsonNode target : list(statement.path("Resource"))) {
            grants.add(
                action.asText() + " " + named(target) + (items.isEmpty() ? "" : " if " + items));
          }
        }
      }
    }
    return grants;
  }

  private static List<JsonNode> list(JsonNode oneOrMore) {
    return oneOrMore.isArray() ? oneOrMore.valueStream().toList() : List.of(oneOrMore);
  }

  /** What a function of CloudFormation refers to; of an ARN the name in it. */
  private static String named(JsonNode value) {
    String text = (value.isObject() ? value.iterator().next() : value).asText();
    int function = text.indexOf(":function:");
    if (function >= 0) {
      return text.substring(function + ":function:".length());
    }
    return text.startsWith("arn:") ? text.substring(text.lastIndexOf(':') + 1) : text;
  }

  private static List<JsonNode> templates() throws IOException {
    List<JsonNode> templates = new ArrayList<>();
    try (Stream<Path> files = Files.list(Path.of("infra"))) {
      for (Path file :
          Stream.concat(Stream.of(Path.of("template.yaml")), files)
              .filter(path -> path.toString().endsWith(".yaml"))
              .toList()) {
        templates.add(TemplateYaml.read(file));
      }
    }
    return templates;
  }
}
