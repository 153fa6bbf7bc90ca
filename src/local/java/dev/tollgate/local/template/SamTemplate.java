package dev.tollgate.local.template;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** What the root template says about the parts that the local cloud runs. */
public final class SamTemplate {
  private final JsonNode template;
  private final Intrinsics intrinsics;

  private SamTemplate(JsonNode template, Intrinsics intrinsics) {
    this.template = template;
    this.intrinsics = intrinsics;
  }

  /**
   * Reads a template. {@code parameters} override the template's defaults; a name that the template
   * does not declare is an {@link IllegalArgumentException}.
   */
  public static SamTemplate read(Path file, Map<String, String> parameters) throws IOException {
    return read(file, parameters, Map.of());
  }

  /**
   * Reads a template whose nested stacks are not there.
   *
   * @param outputs what stands for their outputs, by {@code <logical id>.<output>}
   */
  public static SamTemplate read(
      Path file, Map<String, String> parameters, Map<String, String> outputs) throws IOException {
    JsonNode template = TemplateYaml.read(file);
    if (!template.path("Resources").isObject()) {
      throw new IOException(file + " is not a CloudFormation template: it has no Resources");
    }
    return new SamTemplate(template, new Intrinsics(template, parameters, outputs));
  }

  /** Returns the functions in the template's order. Their properties are evaluated when asked. */
  public List<FunctionDefinition> functions() {
    return resources("AWS::Serverless::Function", "Function").entrySet().stream()
        .map(entry -> new FunctionDefinition(entry.getKey(), entry.getValue(), intrinsics))
        .toList();
  }

  public List<TableDefinition> tables() {
    return resources("AWS::DynamoDB::Table", "").entrySet().stream()
        .map(
            entry ->
                TableDefinition.read(
                    entry.getKey(),
                    intrinsics.physicalName(entry.getKey(), "TableName"),
                    entry.getValue()))
        .toList();
  }

  /** Returns API Gateway's own answers by response type, such as {@code DEFAULT_5XX}. */
  public Map<String, GatewayResponse> gatewayResponses() {
    Map<String, GatewayResponse> responses = new LinkedHashMap<>();
    for (Property api : apis()) {
      api.find("GatewayResponses")
          .ifPresent(
              given ->
                  given
                      .children()
                      .forEach((type, one) -> responses.put(type, GatewayResponse.read(one))));
    }
    return responses;
  }

  /** Returns the name of the API's stage. */
  public String stage() {
    return apis().stream()
        .findFirst()
        .flatMap(api -> api.find("StageName"))
        .map(Property::text)
        .orElse("live");
  }

  /** Returns the media types whose bodies API Gateway passes on as base64. */
  public Set<String> binaryMediaTypes() {
    Set<String> types = new LinkedHashSet<>();
    for (Property api : apis()) {
      Optional<Property> given = api.find("BinaryMediaTypes");
      if (given.isPresent()) {
        // SAM wants the slash as JSON Pointer escapes it.
        given.get().elements().forEach(type -> types.add(type.text().replace("~1", "/")));
      }
    }
    return types;
  }

  /** Returns from how many bytes on API Gateway compresses answers; empty if it never does. */
  public OptionalInt minimumCompressionSize() {
    return apis().stream()
        .flatMap(api -> api.find("MinimumCompressionSize").stream())
        .mapToInt(Property::number)
        .findFirst();
  }

  private List<Property> apis() {
    return new ArrayList<>(resources("AWS::Serverless::Api", "Api").values());
  }

  private Map<String, Property> resources(String type, String globals) {
    Map<String, Property> found = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : template.path("Resources").properties()) {
      String logicalId = entry.getKey();
      JsonNode resource = entry.getValue();
      JsonNode condition = resource.path("Condition");
      if (resource.path("Type").asText().equals(type)
          && (condition.isMissingNode() || intrinsics.condition(condition.asText(), logicalId))) {
        JsonNode properties =
            Globals.merge(template.path("Globals").path(globals), resource.path("Properties"));
        found.put(logicalId, new Property(intrinsics, logicalId, properties));
      }
    }
    return found;
  }
}
