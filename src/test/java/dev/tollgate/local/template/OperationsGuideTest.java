package dev.tollgate.local.template;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** {@code docs/operations.md} and {@code samconfig.toml} speak of these templates. */
final class OperationsGuideTest {
  private static final Pattern HEADING = Pattern.compile("(?m)^### `([a-z-]+)`$");
  private static final Pattern OVERRIDE = Pattern.compile("(?m)^  \"(\\w+)=([^\"]*)\",$");

  private final String guide;
  private final JsonNode parameters;

  OperationsGuideTest() throws IOException {
    guide = Files.readString(Path.of("docs/operations.md"));
    parameters = TemplateYaml.read(Path.of("template.yaml")).path("Parameters");
  }

  @Test
  void everyParameterIsListedWithItsDefault() {
    List<String> rows =
        guide.lines().filter(line -> line.matches("\\| `[A-Z]\\w+` \\|.*")).toList();

    assertEquals(parameters.properties().stream().map(OperationsGuideTest::row).toList(), rows);
  }

  private static String row(Map.Entry<String, JsonNode> parameter) {
    String value = parameter.getValue().path("Default").asText();
    return "| `%s` |%s | %s |"
        .formatted(
            parameter.getKey(),
            value.isEmpty() ? "" : " `" + value + "`",
            parameter.getValue().path("Description").asText());
  }

  @Test
  void everyAlarmIsDocumented() throws IOException {
    Set<String> alarms = new TreeSet<>();
    for (String file : List.of("infra/observability.yaml", "infra/function-alarms.yaml")) {
      for (JsonNode resource : TemplateYaml.read(Path.of(file)).path("Resources")) {
        if (resource.path("Type").asText().equals("AWS::CloudWatch::Alarm")) {
          String name = resource.at("/Properties/AlarmName/Fn::Sub").asText();
          alarms.add(name.replaceFirst("\\$\\{\\w+}-", ""));
        }
      }
    }
    Set<String> explained = new TreeSet<>();
    HEADING.matcher(guide).results().forEach(heading -> explained.add(heading.group(1)));

    assertEquals(alarms, explained);
  }

  @Test
  void environmentsSetOnlyDeclaredParameters() throws IOException {
    String settings = Files.readString(Path.of("samconfig.toml"));
    assertTrue(
        settings.contains("[dev.deploy.parameters]")
            && settings.contains("[prod.deploy.parameters]"));
    OVERRIDE
        .matcher(settings)
        .results()
        .forEach(
            override -> {
              JsonNode parameter = parameters.path(override.group(1));
              assertTrue(parameter.isObject(), override.group());
              JsonNode allowed = parameter.path("AllowedValues");
              assertTrue(
                  allowed.isMissingNode()
                      || allowed
                          .valueStream()
                          .anyMatch(it -> it.asText().equals(override.group(2))),
                  override.group());
            });
  }

  /** The rules of {@code infra/rules} see defaults only. */
  @Test
  void invokeLlmTimeoutExceedsTheGatewayTimeout() throws IOException {
    String settings = Files.readString(Path.of("samconfig.toml"));
    String dev = settings.substring(0, settings.indexOf("[prod."));
    for (String environment : List.of(dev, settings.substring(dev.length()))) {
      int waits = number("GatewayTimeoutMs", environment);
      int ends = 1000 * number("InvokeTimeout", environment);
      assertTrue(waits + 1000 <= ends, ends + " ms after a start, " + waits + " at the gateway");
    }
  }

  private int number(String parameter, String environment) {
    return OVERRIDE
        .matcher(environment)
        .results()
        .filter(override -> override.group(1).equals(parameter))
        .map(override -> Integer.valueOf(override.group(2)))
        .findFirst()
        .orElseGet(() -> parameters.path(parameter).path("Default").asInt());
  }
}
