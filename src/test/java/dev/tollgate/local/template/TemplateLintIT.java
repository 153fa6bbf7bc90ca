package dev.tollgate.local.template;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * {@code make lint} refuses faults. Each is a small change of the real templates. Several are made
 * in one copy, as cfn-lint takes a second for each; what it says names the fault.
 */
final class TemplateLintIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ROOT = "template.yaml";
  private static final String NETWORK = "infra/network.yaml";
  private static final String REDIS = "infra/redis.yaml";
  private static final String LEDGER = "infra/ledger.yaml";
  private static final String OBSERVABILITY = "infra/observability.yaml";

  /**
   * A fault, made by a change.
   *
   * @param path to what is changed, in {@code file}
   * @param value what it becomes, as JSON; it goes if this is empty
   * @param rule the rule that finds it
   * @param says part of what the rule says
   */
  private record Fault(String file, String path, String value, String rule, String says) {}

  private static Fault fault(String file, String path, String value, String rule, String says) {
    return new Fault(file, path, value, rule, says);
  }

  private static final List<List<Fault>> COPIES =
      List.of(
          List.of(
              fault(
                  ROOT,
                  "/Resources/CallsTable/Properties/BillingMode",
                  "\"PAY_PER_REQ\"",
                  "E9001",
                  "CallsTable: BillingMode"),
              fault(
                  ROOT,
                  "/Resources/CostReport/Properties/Environment/Variables/TOLLGATE_CALLS_TABLE/Ref",
                  "\"CallTable\"",
                  "E1020",
                  "CallTable")),
          List.of(
              fault(
                  ROOT,
                  "/Resources/PromptsTable/Properties/PointInTimeRecoverySpecification",
                  "",
                  "E9001",
                  "PromptsTable: point-in-time"),
              fault(
                  ROOT,
                  "/Resources/CallsTable/Properties/SSESpecification/SSEEnabled",
                  "false",
                  "E9001",
                  "CallsTable: encryption"),
              fault(
                  ROOT,
                  "/Parameters/DeletionProtection/Default",
                  "\"false\"",
                  "E9001",
                  "PromptsTable: deletion protection"),
              fault(
                  ROOT,
                  "/Resources/FailedInvocations/Properties/SqsManagedSseEnabled",
                  "false",
                  "E9002",
                  "FailedInvocations: encryption"),
              fault(
                  ROOT,
                  "/Resources/InvokeLlmLogs/Properties/RetentionInDays",
                  "",
                  "E9003",
                  "InvokeLlmLogs: RetentionInDays"),
              fault(
                  ROOT,
                  "/Resources/CostReport/Properties/LoggingConfig",
                  "",
                  "E9003",
                  "CostReport: LoggingConfig"),
              fault(
                  ROOT,
                  "/Resources/InvokeLlm/Properties/ReservedConcurrentExecutions",
                  "",
                  "E9007",
                  "InvokeLlm: ReservedConcurrentExecutions"),
              fault(
                  ROOT,
                  "/Resources/PromptAdmin/Properties/Role/Fn::GetAtt",
                  "\"CostReportRole.Arn\"",
                  "E9007",
                  "needs a role of its own"),
              fault(
                  ROOT,
                  "/Resources/InvokeLlm/Properties/Environment/Variables/ANTHROPIC_API_KEY",
                  "{\"Fn::Sub\": \"{{resolve:secretsmanager:${Secret}}}\"}",
                  "E9007",
                  "InvokeLlm: a secret"),
              fault(
                  ROOT,
                  "/Resources/NightlyRegression/Properties/EventInvokeConfig/DestinationConfig/OnFailure",
                  "",
                  "E9007",
                  "NightlyRegressionEventInvokeConfig: what fails for good"),
              fault(
                  ROOT,
                  "/Resources/NightlyRegression/Properties/Events/Nightly/Properties/DeadLetterConfig",
                  "",
                  "E9007",
                  "NightlyRegressionNightly: what cannot be delivered"),
              fault(
                  ROOT,
                  "/Resources/CostLedger/Properties/Events/NewCalls/Properties/DestinationConfig",
                  "",
                  "E9007",
                  "CostLedgerNewCalls: what cannot be handled"),
              fault(
                  ROOT, "/Globals/Function/Timeout", "10", "E9008", "CostReport ends after 10000"),
              fault(
                  ROOT,
                  "/Parameters/GatewayTimeoutMs/Default",
                  "29500",
                  "E9008",
                  "must outlive the 29500 ms"),
              fault(
                  ROOT,
                  "/Resources/Api/Properties/MethodSettings/0/ThrottlingRateLimit",
                  "",
                  "E9008",
                  "must be throttled"),
              fault(
                  ROOT,
                  "/Resources/Api/Properties/AccessLogSetting/Format",
                  "\"$context.requestId $context.authorizer.token\"",
                  "E9008",
                  "no headers and no query strings"),
              fault(
                  ROOT,
                  "/Resources/CostReportRole/Properties/Policies/0/PolicyDocument/Statement/3/Action",
                  "\"dynamodb:*\"",
                  "E9009",
                  "CostReportRole: dynamodb:*"),
              fault(
                  ROOT,
                  "/Resources/InvokeLlmRole/Properties/Policies/0/PolicyDocument/Statement/1/Resource",
                  "\"*\"",
                  "E9009",
                  "InvokeLlmRole: \"*\" names"),
              fault(
                  ROOT,
                  "/Resources/CostLedgerRole/Properties/ManagedPolicyArns/0",
                  "\"arn:aws:iam::aws:policy/AmazonDynamoDBFullAccess\"",
                  "E9009",
                  "AmazonDynamoDBFullAccess"),
              fault(
                  ROOT,
                  "/Resources/Anybody",
                  """
                  {"Type": "AWS::Lambda::Permission", "Properties": {
                    "Action": "lambda:InvokeFunction", "FunctionName": {"Ref": "CostReport"},
                    "Principal": "apigateway.amazonaws.com"}}
                  """,
                  "E9009",
                  "Anybody: SourceArn"),
              fault(
                  REDIS,
                  "/Resources/Cache/Properties/TransitEncryptionMode",
                  "\"preferred\"",
                  "E9004",
                  "TransitEncryptionMode"),
              fault(
                  REDIS,
                  "/Resources/Cache/Properties/AtRestEncryptionEnabled",
                  "false",
                  "E9004",
                  "AtRestEncryptionEnabled"),
              fault(
                  REDIS,
                  "/Resources/User/Properties/AccessString",
                  "\"on ~* +@all\"",
                  "E9004",
                  "AccessString"),
              fault(
                  LEDGER,
                  "/Resources/Parameters/Properties/Parameters/rds.force_ssl",
                  "\"0\"",
                  "E9005",
                  "rds.force_ssl"),
              fault(
                  LEDGER,
                  "/Resources/Writer/Properties/PubliclyAccessible",
                  "true",
                  "E9005",
                  "PubliclyAccessible"),
              fault(
                  LEDGER,
                  "/Resources/Cluster/Properties/StorageEncrypted",
                  "false",
                  "E9005",
                  "StorageEncrypted"),
              fault(
                  LEDGER,
                  "/Outputs/JdbcUrl/Value/Fn::Sub",
                  "\"jdbc:postgresql://${Cluster.Endpoint.Address}/tollgate?sslmode=require\"",
                  "E9005",
                  "must verify the certificate"),
              fault(
                  NETWORK,
                  "/Resources/LedgerGroup/Properties/SecurityGroupIngress/0",
                  """
                  {"IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432, "CidrIp": "0.0.0.0/0"}
                  """,
                  "E9006",
                  "LedgerGroup: ingress must come from"),
              fault(
                  OBSERVABILITY,
                  "/Resources/Spend/Properties/AlarmActions",
                  "",
                  "E9010",
                  "Spend: AlarmActions"),
              fault(
                  OBSERVABILITY, "/Resources/CostLedger", "", "E9010", "no alarms for costLedger"),
              fault(
                  OBSERVABILITY,
                  "/Resources/CallsUnbooked",
                  "",
                  "E9010",
                  "no alarm for UnbookedBatches")));

  private final Path folder;

  TemplateLintIT() throws IOException {
    folder = Files.createTempDirectory(Files.createDirectories(Path.of("target/it")), "lint");
  }

  @Test
  void rejectsEachFaultAndNothingElse() throws IOException, InterruptedException {
    List<Path> files = new ArrayList<>();
    for (int copy = 0; copy < COPIES.size(); copy++) {
      files.addAll(write(folder.resolve("copy" + copy), COPIES.get(copy)));
    }
    files.addAll(write(folder.resolve("untouched"), List.of()));
    JsonNode findings = lint(files);

    List<Fault> missed = new ArrayList<>();
    for (int copy = 0; copy < COPIES.size(); copy++) {
      List<JsonNode> found = in("copy" + copy, findings);
      COPIES.get(copy).stream().filter(fault -> !isFound(fault, found)).forEach(missed::add);
    }
    assertEquals(List.of(), missed);
    assertEquals(List.of(), in("untouched", findings));
  }

  private static List<JsonNode> in(String copy, JsonNode findings) {
    return findings
        .valueStream()
        .filter(finding -> finding.path("Filename").asText().contains("/" + copy + "/"))
        .toList();
  }

  private static boolean isFound(Fault fault, List<JsonNode> findings) {
    return findings.stream()
        .anyMatch(
            finding ->
                finding.path("Rule").path("Id").asText().equals(fault.rule())
                    && finding.path("Message").asText().contains(fault.says()));
  }

  /** Writes all templates with faults; returns the changed ones, or all without faults. */
  private static List<Path> write(Path copy, List<Fault> faults) throws IOException {
    Map<String, JsonNode> templates = new TreeMap<>();
    templates.put(ROOT, TemplateYaml.read(Path.of(ROOT)));
    try (Stream<Path> nested = Files.list(Path.of("infra"))) {
      for (Path file : nested.filter(path -> path.toString().endsWith(".yaml")).toList()) {
        templates.put(file.toString(), TemplateYaml.read(file));
      }
    }
    faults.forEach(fault -> make(fault, templates));
    Files.createDirectories(copy.resolve("infra"));
    for (Map.Entry<String, JsonNode> template : templates.entrySet()) {
      Files.writeString(copy.resolve(template.getKey()), template.getValue().toPrettyString());
    }
    return templates.keySet().stream()
        .filter(file -> faults.isEmpty() || faults.stream().anyMatch(it -> it.file().equals(file)))
        .map(copy::resolve)
        .toList();
  }

  private static void make(Fault fault, Map<String, JsonNode> templates) {
    JsonPointer pointer = JsonPointer.compile(fault.path());
    JsonNode parent = templates.getOrDefault(fault.file(), JSON.nullNode()).at(pointer.head());
    String name = pointer.last().getMatchingProperty();
    switch (parent) {
      case ObjectNode object when fault.value().isEmpty() -> object.remove(name);
      case ObjectNode object -> object.set(name, json(fault.value()));
      case ArrayNode array -> array.set(pointer.last().getMatchingIndex(), json(fault.value()));
      default -> throw new AssertionError(fault.file() + " has no " + fault.path());
    }
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new AssertionError(text, e);
    }
  }

  private static JsonNode lint(List<Path> files) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("infra/lint", "--format", "json", "--"));
    files.forEach(file -> command.add(file.toString()));
    Process lint =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String output = new String(lint.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    lint.waitFor();
    return JSON.readTree(output);
  }
}
