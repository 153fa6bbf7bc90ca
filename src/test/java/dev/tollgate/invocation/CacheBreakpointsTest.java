package dev.tollgate.invocation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.tollgate.invocation.Invocation.Input;
import dev.tollgate.prompt.PromptName;
import dev.tollgate.prompt.VersionRef;
import dev.tollgate.prompt.content.CacheScope;
import dev.tollgate.prompt.content.CacheSettings;
import dev.tollgate.prompt.content.ModelSettings;
import dev.tollgate.prompt.content.PromptCaching;
import dev.tollgate.prompt.content.PromptContent;
import dev.tollgate.prompt.content.PromptTemplate;
import dev.tollgate.prompt.content.RenderResult;
import dev.tollgate.prompt.content.Variable;
import dev.tollgate.provider.ModelCatalogue;
import dev.tollgate.provider.ModelRequest;
import dev.tollgate.provider.ParseResult;
import dev.tollgate.provider.Provider;
import dev.tollgate.provider.anthropic.MessagesJson;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Breakpoints for a model that caches prefixes of 512 tokens or more. */
final class CacheBreakpointsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final ModelCatalogue MODELS = ModelCatalogue.load();
  private static final String MODEL = "claude-haiku-5-5";

  /** About 700 tokens. */
  private static final String LONG = "Answer in one sentence. ".repeat(85);

  private static final Variable CACHED =
      new Variable(Variable.Type.DOCUMENT, true, Optional.empty(), true);

  @Test
  void setsBreakpointAfterConstantText() {
    ModelRequest request = request(LONG + "{{topic}}", PromptCaching.ONE_HOUR, Map.of());

    assertEquals(List.of("1h"), ttls(request));
    assertEquals(LONG, request.system().orElseThrow().path(0).path("text").asText());
  }

  @Test
  void setsNoBreakpointAfterShortPrefix() {
    ModelRequest request = request("Be brief. {{topic}}", PromptCaching.ONE_HOUR, Map.of());

    assertEquals(Optional.of(TextNode.valueOf("Be brief. topic")), request.system());
  }

  @Test
  void documentCountsTowardsPrefixLength() {
    ModelRequest request =
        request(
            "Be brief. {{short}} {{long}} {{topic}}",
            PromptCaching.FIVE_MINUTES,
            Map.of("short", CACHED, "long", CACHED));

    assertEquals(List.of("5m"), ttls(request));
    assertEquals(
        "Be brief. short " + LONG, request.system().orElseThrow().path(0).path("text").asText());
  }

  @Test
  void documentsUseTtlOfPromptOrFiveMinutes() {
    String text = LONG + "{{first}} {{second}} {{third}} {{topic}}";
    Map<String, Variable> documents = Map.of("first", CACHED, "second", CACHED, "third", CACHED);

    assertEquals(List.of("5m", "5m", "5m"), ttls(request(text, PromptCaching.OFF, documents)));
    assertEquals(
        List.of("1h", "1h", "1h", "1h"), ttls(request(text, PromptCaching.ONE_HOUR, documents)));
  }

  @Test
  void toolsCountTowardsPrefixLength() {
    ObjectNode tools = body();
    tools.putArray("tools").addObject().put("name", "search").put("description", LONG);
    String text = "Be brief. {{topic}}";

    assertEquals(
        List.of("5m"), ttls(request(MODEL, text, PromptCaching.FIVE_MINUTES, Map.of(), tools)));
    assertEquals(
        List.of(), ttls(request(MODEL, text, PromptCaching.FIVE_MINUTES, Map.of(), body())));
  }

  @Test
  void minimumLengthDependsOnModel() {
    String text = LONG + "{{topic}}";

    assertEquals(
        List.of(),
        ttls(request("claude-haiku-4-5", text, PromptCaching.ONE_HOUR, Map.of(), body())));
    assertEquals(
        List.of("1h"),
        ttls(request("a-model-of-tomorrow", text, PromptCaching.ONE_HOUR, Map.of(), body())));
  }

  @Test
  void callerBreakpointsReplacePromptBreakpoints() {
    ObjectNode marked = body();
    marked
        .putArray("tools")
        .addObject()
        .put("name", "search")
        .putObject("cache_control")
        .put("type", "ephemeral");

    assertEquals(
        List.of(""),
        ttls(request(MODEL, LONG + "{{topic}}", PromptCaching.ONE_HOUR, Map.of(), marked)));
  }

  @Test
  void ignoresToolFieldNamedCacheControl() {
    ObjectNode tools = body();
    tools
        .putArray("tools")
        .addObject()
        .put("name", "search")
        .putObject("input_schema")
        .putObject("properties")
        .putObject("cache_control")
        .put("type", "string");

    assertEquals(
        List.of("1h"),
        ttls(
            request(MODEL, LONG + "{{topic}}", PromptCaching.ONE_HOUR, Map.of(), tools)
                .system()
                .orElseThrow()));
  }

  @Test
  void setsNoBreakpointsIfPromptCachingIsOff() {
    PromptContent content = content(MODEL, LONG + "{{topic}}", PromptCaching.ONE_HOUR, Map.of());

    assertEquals(List.of(), ttls(request(content, Optional.empty(), false)));
  }

  private static List<String> ttls(ModelRequest request) {
    ArrayNode all = JSON.createArrayNode();
    all.add(request.otherFields());
    request.system().ifPresent(all::add);
    all.add(request.messages());
    return ttls(all);
  }

  private static List<String> ttls(JsonNode part) {
    return part.findValues("cache_control").stream()
        .map(breakpoint -> breakpoint.path("ttl").asText())
        .toList();
  }

  private static ObjectNode body() {
    return JSON.createObjectNode();
  }

  private static ModelRequest request(
      String text, PromptCaching caching, Map<String, Variable> variables) {
    return request(content(MODEL, text, caching, variables), Optional.empty(), true);
  }

  private static ModelRequest request(
      String model,
      String text,
      PromptCaching caching,
      Map<String, Variable> variables,
      ObjectNode sent) {
    sent.put("model", model).put("max_tokens", 10).set("messages", messages());
    return switch (MessagesJson.parseRequest(sent, Optional.empty(), Optional.empty())) {
      case ParseResult.Parsed(ModelRequest request) ->
          request(content(model, text, caching, variables), Optional.of(request), true);
      case ParseResult.Invalid invalid -> throw new AssertionError(invalid);
    };
  }

  private static ModelRequest request(
      PromptContent content, Optional<ModelRequest> sent, boolean promptCaching) {
    Map<String, JsonNode> values = new HashMap<>();
    for (String name : content.template().variables()) {
      values.put(name, TextNode.valueOf(name.equals("long") ? LONG : name));
    }
    return ModelRequestBuilder.build(
        Provider.ANTHROPIC,
        content.model(),
        MODELS.find(content.model()),
        content,
        assertInstanceOf(RenderResult.Rendered.class, content.render(values)),
        new Input.Managed(
            new PromptName("p"),
            new VersionRef.Production(),
            values,
            messages(),
            sent,
            promptCaching));
  }

  private static PromptContent content(
      String model, String text, PromptCaching caching, Map<String, Variable> variables) {
    return new PromptContent(
        PromptTemplate.ofText(text),
        new ModelSettings(model, Optional.empty(), 10, List.of()),
        variables,
        new CacheSettings(false, CacheScope.TEAM, caching, Optional.empty()));
  }

  private static ArrayNode messages() {
    try {
      return (ArrayNode) JSON.readTree("[{\"role\": \"user\", \"content\": \"q\"}]");
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }
}
