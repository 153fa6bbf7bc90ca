package dev.tollgate.local.template;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SamTemplateTest {
  private static final Path ROOT = Path.of("template.yaml");

  private final Path folder;

  SamTemplateTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void rootTemplateNamesFunctionsByTheirStack() throws IOException {
    FunctionDefinition invoke = function(root(), "InvokeLlm");

    assertEquals("tollgate-invokeLlm", invoke.functionName());
    assertEquals(Optional.of("invokeLlm"), invoke.exportName());
    assertEquals("arn:aws:lambda:us-east-1:000000000000:function:tollgate-invokeLlm", invoke.arn());
  }

  @Test
  void rootTemplateMergesGlobalsIntoFunctions() throws IOException {
    FunctionDefinition invoke = function(root(), "InvokeLlm");
    FunctionDefinition nightly = function(root(), "NightlyRegression");

    assertEquals(Duration.ofSeconds(30), invoke.timeout());
    assertEquals(Duration.ofMinutes(15), nightly.timeout());
    assertEquals("tollgate-PromptsTable", nightly.environment().get("TOLLGATE_PROMPTS_TABLE"));
    assertEquals("nightlyRegression", nightly.environment().get("QUARKUS_FUNQY_EXPORT"));
    assertFalse(nightly.environment().containsKey("QUARKUS_REDIS_HOSTS"));
  }

  @Test
  void everyFunctionOfTheRootTemplateResolves() throws IOException {
    for (FunctionDefinition function : root().functions()) {
      assertFalse(function.environment().isEmpty());
      assertTrue(
          !function.routes().isEmpty()
              || !function.streams().isEmpty()
              || !function.schedules().isEmpty(),
          function.logicalId() + " is started by nothing");
    }
  }

  @Test
  void parametersReachRoutesAndEnvironment() throws IOException {
    SamTemplate template = root(Map.of("GatewayTimeoutMs", "750"));
    FunctionDefinition invoke = function(template, "InvokeLlm");

    assertEquals("750ms", invoke.environment().get("TOLLGATE_GATEWAY_TIMEOUT"));
    assertTrue(
        invoke.routes().contains(new ApiRoute("ANY", "/v1/{proxy+}", Duration.ofMillis(750))));
  }

  @Test
  void rejectsUnknownParameters() {
    IllegalArgumentException error =
        assertThrows(
            IllegalArgumentException.class,
            () -> SamTemplate.read(ROOT, Map.of("GatewayTimeout", "1")));

    assertTrue(error.toString().contains("GatewayTimeoutMs"), error.toString());
  }

  @Test
  void rootTemplateDescribesTables() throws IOException {
    TableDefinition calls =
        root().tables().stream()
            .filter(table -> table.logicalId().equals("CallsTable"))
            .findFirst()
            .orElseThrow();

    assertEquals("tollgate-CallsTable", calls.name());
    assertEquals(
        List.of(new TableDefinition.Key("PK", "HASH"), new TableDefinition.Key("SK", "RANGE")),
        calls.keys());
    assertEquals(Optional.of("expires_at"), calls.timeToLive());
    assertEquals(Optional.of("NEW_IMAGE"), calls.streamViewType());
  }

  @Test
  void rootTemplateFeedsTheLedgerFromTheCallsTable() throws IOException {
    StreamSource stream = function(root(), "CostLedger").streams().getFirst();

    assertEquals("tollgate-CallsTable", stream.table());
    assertTrue(stream.fromStart());
    assertTrue(stream.bisectOnError());
    assertTrue(stream.reportsItemFailures());
    assertEquals(Optional.empty(), stream.maximumRetries());
    assertEquals(List.of("{\"eventName\": [\"INSERT\"]}"), stream.filters());
  }

  @Test
  void rootTemplateSchedulesTheNightlyRun() throws IOException {
    FunctionDefinition nightly = function(root(), "NightlyRegression");

    assertEquals(
        List.of(
            new Schedule(
                "tollgate-nightly", "cron(0 3 * * ? *)", ZoneId.of("UTC"), Optional.empty())),
        nightly.schedules());
    assertEquals(new EventInvokeConfig(2, true), nightly.eventInvokeConfig());
  }

  @Test
  void rootTemplateDefinesGatewayResponses() throws IOException {
    Map<String, GatewayResponse> responses = root().gatewayResponses();

    assertEquals(
        Optional.of(404), requireNonNull(responses.get("MISSING_AUTHENTICATION_TOKEN")).status());
    assertEquals(Optional.empty(), requireNonNull(responses.get("DEFAULT_5XX")).status());
    assertTrue(
        requireNonNull(responses.get("DEFAULT_4XX"))
            .bodyTemplate()
            .orElseThrow()
            .contains("$context.error.messageString"));
  }

  @Test
  void evaluatesShortAndLongForms() throws IOException {
    FunctionDefinition function =
        function(
            template(
                """
                Parameters:
                  Stage: {Type: String, Default: test}
                Conditions:
                  IsTest: !Equals [!Ref Stage, test]
                  IsProduction: {"Fn::Equals": [{Ref: Stage}, production]}
                  Never: !And [!Condition IsTest, !Condition IsProduction]
                  Always: {"Fn::Or": [{Condition: IsProduction}, !Not [!Condition Never]]}
                Resources:
                  Table: {Type: AWS::DynamoDB::Table}
                  Function:
                    Type: AWS::Serverless::Function
                    Properties:
                      Environment:
                        Variables:
                          SHORT: !Sub "${Stage}-${Table}-${!kept}"
                          LONG: {"Fn::Sub": ["${a}/${Table.Arn}", {a: !Ref Stage}]}
                          JOINED: !Join ["-", [a, !Ref Stage, {Ref: "AWS::Region"}]]
                          CHOSEN: !If [Never, a, !If [Always, b, c]]
                          DATE: 2012-10-17
                          NUMBER: 12
                          GONE: !If [Never, a, !Ref AWS::NoValue]
                """),
            "Function");

    assertEquals(
        Map.of(
            "SHORT", "test-tollgate-Table-${kept}",
            "LONG", "test/arn:aws:dynamodb:us-east-1:000000000000:table/tollgate-Table",
            "JOINED", "a-test-us-east-1",
            "CHOSEN", "b",
            "DATE", "2012-10-17",
            "NUMBER", "12"),
        function.environment());
  }

  @Test
  void conditionsDecideWhichResourcesExist() throws IOException {
    SamTemplate template =
        template(
            """
            Parameters:
              Wanted: {Type: String, Default: "no"}
            Conditions:
              IsWanted: !Equals [!Ref Wanted, "yes"]
            Resources:
              Extra:
                Type: AWS::Serverless::Function
                Condition: IsWanted
                Properties: {}
            """);

    assertEquals(List.of(), template.functions());
  }

  @Test
  void unresolvableValueFailsOnReadAndNamesItsPath() throws IOException {
    FunctionDefinition function =
        function(
            template(
                """
                Resources:
                  Network: {Type: AWS::CloudFormation::Stack}
                  Function:
                    Type: AWS::Serverless::Function
                    Properties:
                      Timeout: 7
                      VpcConfig: !GetAtt Network.Outputs.Vpc
                      Environment:
                        Variables:
                          REDIS: !GetAtt Network.Outputs.Redis
                """),
            "Function");

    assertEquals(Duration.ofSeconds(7), function.timeout());
    assertEquals(
        Map.of("REDIS", "redis://localhost"),
        function.environment(Map.of("REDIS", "redis://localhost")));
    TemplateException error = assertThrows(TemplateException.class, function::environment);
    assertTrue(error.toString().contains("Function.Environment.Variables.REDIS"), error.toString());
    assertTrue(error.toString().contains("Network.Outputs.Redis"), error.toString());
  }

  @Test
  void rejectsDuplicateKeys() {
    assertThrows(IOException.class, () -> template("Resources: {A: {Type: B}, A: {Type: C}}"));
  }

  private static SamTemplate root() throws IOException {
    return root(Map.of());
  }

  private static SamTemplate root(Map<String, String> parameters) throws IOException {
    return SamTemplate.read(
        ROOT,
        parameters,
        Map.of(
            "Redis.Url", "redis://127.0.0.1:6379",
            "Redis.SecretArn", "",
            "Ledger.JdbcUrl", "jdbc:postgresql://127.0.0.1/tollgate",
            "Ledger.User", "tollgate",
            "Ledger.SecretArn", ""));
  }

  private SamTemplate template(String yaml) throws IOException {
    return SamTemplate.read(Files.writeString(folder.resolve("template.yaml"), yaml), Map.of());
  }

  private static FunctionDefinition function(SamTemplate template, String logicalId) {
    return template.functions().stream()
        .filter(function -> function.logicalId().equals(logicalId))
        .findFirst()
        .orElseThrow();
  }
}
