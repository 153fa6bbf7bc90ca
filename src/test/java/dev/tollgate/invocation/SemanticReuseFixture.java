package dev.tollgate.invocation;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.cache.InMemoryResponseCache;
import dev.tollgate.cost.calls.CallRecord.Purpose;
import dev.tollgate.identity.Caller;
import dev.tollgate.identity.KeyRestrictions;
import dev.tollgate.identity.Role;
import dev.tollgate.invocation.Invocation.Input;
import dev.tollgate.invocation.InvocationResult.Answered;
import dev.tollgate.prompt.ChangeRequest;
import dev.tollgate.prompt.InMemoryPromptStore;
import dev.tollgate.prompt.PromptName;
import dev.tollgate.prompt.PromptRegistry;
import dev.tollgate.prompt.VersionRef;
import dev.tollgate.prompt.content.CacheScope;
import dev.tollgate.prompt.content.CacheSettings;
import dev.tollgate.prompt.content.ModelSettings;
import dev.tollgate.prompt.content.PromptCaching;
import dev.tollgate.prompt.content.PromptContent;
import dev.tollgate.prompt.content.PromptTemplate;
import dev.tollgate.prompt.content.SemanticCaching;
import dev.tollgate.provider.FinishReason;
import dev.tollgate.provider.ModelProvider;
import dev.tollgate.provider.ModelRequest;
import dev.tollgate.provider.ModelResponse;
import dev.tollgate.provider.ParseResult;
import dev.tollgate.provider.Provider;
import dev.tollgate.provider.Usage;
import dev.tollgate.provider.anthropic.MessagesJson;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** The call pipeline with a semantic cache in memory, and requests to it. */
abstract class SemanticReuseFixture {
  static final ObjectMapper JSON = new ObjectMapper();
  static final PromptName NAME = new PromptName("support");
  static final String QUESTION = "How do I get a new password for the portal?";
  static final String SIMILAR = "how do I get a new password for the portal";
  static final Caller SEARCH =
      new Caller("key_1", "key_0", "search", Set.of(Role.INVOKE), KeyRestrictions.UNRESTRICTED);
  static final Caller SALES = new Caller("key_2", "sales", Set.of(Role.INVOKE));
  static final ChangeRequest CHANGE =
      new ChangeRequest("key_1", Optional.of("test"), OptionalLong.empty());
  static final SemanticCaching ENABLED =
      new SemanticCaching(new BigDecimal("0.95"), Optional.empty(), Optional.empty());
  static final SemanticCaching OF_VARIABLE =
      new SemanticCaching(new BigDecimal("0.95"), Optional.empty(), Optional.of("question"));

  Instant now = Instant.parse("2026-11-24T10:00:00Z");
  final Clock clock = ((InstantSource) () -> now).withZone(ZoneOffset.UTC);
  final PromptRegistry registry = new PromptRegistry(new InMemoryPromptStore(), clock);
  final EchoingProvider anthropic = new EchoingProvider(Provider.ANTHROPIC);
  final EchoingProvider openAi = new EchoingProvider(Provider.OPENAI);
  final InMemoryResponseCache cache = new InMemoryResponseCache();
  final List<SemanticHit> hits = new ArrayList<>();
  final TestPipeline pipeline =
      new TestPipeline(registry, clock)
          .providers(anthropic, openAi)
          .cache(cache)
          .events(this::onEvent);
  final LlmInvoker invoker = pipeline.invoker();

  private void onEvent(Object event) {
    if (event instanceof SemanticHit hit) {
      hits.add(hit);
    }
  }

  void activate(PromptContent content) {
    int version = registry.register(NAME, content, "ada", "", CHANGE).version().number();
    registry.activate(NAME, version, true, CHANGE);
  }

  static PromptContent content(SemanticCaching semantic) {
    return content(semantic, CacheScope.TEAM, "Be brief.");
  }

  static PromptContent content(SemanticCaching semantic, CacheScope scope, String text) {
    return new PromptContent(
        PromptTemplate.ofText(text),
        new ModelSettings(
            "claude-haiku-4-5", // Semantic caching implies exact caching, at any temperature.
            Optional.of(BigDecimal.ONE),
            100,
            List.of()),
        Map.of(),
        new CacheSettings(false, scope, PromptCaching.OFF, Optional.of(semantic)));
  }

  Answered ask(String question) {
    return invoke(SEARCH, managed(Map.of(), messages(question, "{}")));
  }

  Answered invoke(Caller caller, Input question) {
    return answered(caller, Optional.empty(), question, CacheDirectives.DEFAULT);
  }

  Answered answered(
      Caller caller, Optional<String> user, Input question, CacheDirectives directives) {
    return assertInstanceOf(
        Answered.class,
        invoker.invoke(
            new Invocation(
                caller, "docs", user, question, directives, Purpose.LIVE, now.plusSeconds(20))));
  }

  static Input managed(Map<String, JsonNode> askWithVariables, ModelRequest sent) {
    return new Input.Managed(
        NAME,
        new VersionRef.Production(),
        askWithVariables,
        sent.messages(),
        Optional.of(sent),
        true);
  }

  /** A request of the Messages API. In other fields, {@code QUESTION} stands for the question. */
  static ModelRequest messages(String question, String others) {
    ObjectNode body = body(question, others).put("max_tokens", 100);
    return read(MessagesJson.parseRequest(body, Optional.empty(), Optional.empty()));
  }

  static ObjectNode body(String question, String others) {
    try {
      ObjectNode body = JSON.createObjectNode().put("model", "claude-haiku-4-5");
      ArrayNode messages = body.putArray("messages");
      messages.addObject().put("role", "user").put("content", question);
      return body.setAll((ObjectNode) JSON.readTree(others.replace("QUESTION", question)));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  static ModelRequest read(ParseResult result) {
    return ((ParseResult.Parsed) result).request();
  }

  /** Answers with the last text of the request. */
  static final class EchoingProvider implements ModelProvider {
    final Provider provider;
    FinishReason finishReason = FinishReason.END_TURN;

    EchoingProvider(Provider provider) {
      this.provider = provider;
    }

    @Override
    public Provider provider() {
      return provider;
    }

    @Override
    public Reply invoke(ModelRequest request, Duration timeout) {
      JsonNode content = request.messages().path(request.messages().size() - 1).path("content");
      JsonNode last = content.isTextual() ? content : content.path(content.size() - 1).path("text");
      return new Reply.Answered(
          parseResponse(JSON.createObjectNode().put("text", "answer to " + last.asText())));
    }

    @Override
    public ModelResponse parseResponse(ObjectNode body) {
      return new ModelResponse(
          provider == Provider.OPENAI ? "gpt-4o" : "claude-haiku-4-5",
          finishReason,
          new Usage(100, 0, 0, 0, 50, 0),
          body.path("text").asText(),
          body);
    }
  }
}
