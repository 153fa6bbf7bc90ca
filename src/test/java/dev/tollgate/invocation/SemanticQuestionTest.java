package dev.tollgate.invocation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.cost.calls.CacheOutcome;
import dev.tollgate.invocation.Invocation.Input;
import dev.tollgate.invocation.InvocationResult.Answered;
import dev.tollgate.prompt.VersionRef;
import dev.tollgate.prompt.content.CacheScope;
import dev.tollgate.prompt.content.CacheSettings;
import dev.tollgate.prompt.content.ModelSettings;
import dev.tollgate.prompt.content.PromptCaching;
import dev.tollgate.prompt.content.PromptContent;
import dev.tollgate.prompt.content.PromptMessage;
import dev.tollgate.prompt.content.PromptTemplate;
import dev.tollgate.prompt.content.Template;
import dev.tollgate.provider.ModelRequest;
import dev.tollgate.provider.openai.ChatJson;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which part of a request is its question, and what else separates answers. */
final class SemanticQuestionTest extends SemanticReuseFixture {
  @Test
  void separatesAnswersByOtherVariablesAndFields() {
    activate(content(ENABLED, CacheScope.TEAM, "Answer from this: {{context}}"));
    Map<String, JsonNode> facts = Map.of("context", JSON.valueToTree("facts"));
    ModelRequest plain = messages(QUESTION, "{}");
    invoke(SEARCH, managed(facts, plain));
    ModelRequest similar = messages(SIMILAR, "{}");

    assertEquals(
        CacheOutcome.NONE,
        invoke(SEARCH, managed(Map.of("context", JSON.valueToTree("other facts")), similar))
            .call()
            .cache());
    assertEquals(
        CacheOutcome.NONE,
        invoke(SEARCH, managed(facts, messages(SIMILAR, "{\"stop_sequences\": [\"x\"]}")))
            .call()
            .cache());
    assertEquals(CacheOutcome.SEMANTIC, invoke(SEARCH, managed(facts, similar)).call().cache());
    assertEquals(
        CacheOutcome.SEMANTIC,
        invoke(SEARCH, managed(facts, messages(SIMILAR, "{\"stream\": true}"))).call().cache());
  }

  @Test
  void separatesAnswersByEarlierMessages() {
    activate(content(ENABLED));
    askAfterGreeting("Hello", QUESTION);

    assertEquals(CacheOutcome.NONE, askAfterGreeting("Good morning", SIMILAR));
    assertEquals(CacheOutcome.NONE, ask(SIMILAR).call().cache());
    assertEquals(CacheOutcome.SEMANTIC, askAfterGreeting("Hello", SIMILAR));
  }

  /** A document precedes the question in its own block. */
  @Test
  void separatesAnswersByBlocksBeforeQuestion() {
    activate(content(ENABLED));
    askAboutDocument("Portal A is red.", QUESTION);

    assertEquals(CacheOutcome.NONE, askAboutDocument("Portal A is blue.", SIMILAR));
    assertEquals(CacheOutcome.SEMANTIC, askAboutDocument("Portal A is red.", SIMILAR));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"tools\": [{\"name\": \"t\", \"input_schema\": {}}]}",
        "{\"mcp_servers\": [{\"url\": \"x\"}]}",
        "{\"thread\": {\"type\": \"create\"}}",
        "{\"container\": \"c\"}",
        "{\"messages\": [{\"role\": \"user\", \"content\": [{\"type\": \"image\"},"
            + " {\"type\": \"text\", \"text\": \"QUESTION\"}]}]}",
        "{\"messages\": [{\"role\": \"user\", \"content\": [{\"type\": \"tool_result\"},"
            + " {\"type\": \"text\", \"text\": \"QUESTION\"}]}]}",
        "{\"messages\": [{\"role\": \"assistant\", \"content\": \"x\", \"tool_calls\": [1]},"
            + " {\"role\": \"user\", \"content\": \"QUESTION\"}]}",
        "{\"messages\": [{\"role\": \"user\", \"content\": \"QUESTION\"},"
            + " {\"role\": \"assistant\", \"content\": \"It is\"}]}"
      })
  void ignoresRequestsWithToolsImagesOrState(String others) {
    activate(content(ENABLED));
    invoke(SEARCH, managed(Map.of(), messages(QUESTION, others)));

    assertEquals(
        CacheOutcome.NONE,
        invoke(SEARCH, managed(Map.of(), messages(SIMILAR, others))).call().cache());
  }

  @Test
  void ignoresLongQuestion() {
    activate(content(ENABLED));
    String document = "A long document about passwords. ".repeat(40);
    ask(document + "Why?");

    Answered other = ask(document + "How?");
    assertEquals(CacheOutcome.NONE, other.call().cache());
    assertEquals(Optional.empty(), other.nearest());
  }

  @Test
  void readsQuestionFromVariable() {
    activate(
        new PromptContent(
            new PromptTemplate(
                List.of(
                    new PromptMessage(
                        PromptMessage.Role.USER,
                        new Template("Facts: {{context}}\nQuestion: {{question}}")))),
            new ModelSettings("claude-haiku-4-5", Optional.of(BigDecimal.ONE), 100, List.of()),
            Map.of(),
            new CacheSettings(
                false, CacheScope.TEAM, PromptCaching.OFF, Optional.of(OF_VARIABLE))));
    askWithVariables("Portal A is red.", QUESTION);

    assertEquals(CacheOutcome.NONE, askWithVariables("Portal A is blue.", SIMILAR));
    // The rendered text is equal, but the variables are not.
    assertEquals(CacheOutcome.NONE, askWithVariables("Portal A is red.\nQuestion: x", SIMILAR));
    assertEquals(CacheOutcome.SEMANTIC, askWithVariables("Portal A is red.", SIMILAR));
    assertEquals(SIMILAR, hits.getLast().askedQuestion());
  }

  @Test
  void supportsChatCompletions() {
    activate(
        new PromptContent(
            PromptTemplate.ofText("Be brief."),
            new ModelSettings("gpt-4o", Optional.empty(), 100, List.of()),
            Map.of(),
            new CacheSettings(false, CacheScope.TEAM, PromptCaching.OFF, Optional.of(ENABLED))));
    invoke(SEARCH, managed(Map.of(), chat(QUESTION, "{}")));

    assertEquals(
        CacheOutcome.NONE,
        invoke(SEARCH, managed(Map.of(), chat(SIMILAR, "{\"web_search_options\": {}}")))
            .call()
            .cache());
    assertEquals(
        CacheOutcome.SEMANTIC,
        invoke(SEARCH, managed(Map.of(), chat(SIMILAR, "{\"user\": \"alice\"}"))).call().cache());
  }

  private CacheOutcome askAfterGreeting(String greeting, String question) {
    String fields =
        """
        {"messages": [{"role": "user", "content": "%s"},
          {"role": "assistant", "content": "Hello!"}, {"role": "user", "content": "QUESTION"}]}
        """;
    return invoke(SEARCH, managed(Map.of(), messages(question, fields.formatted(greeting))))
        .call()
        .cache();
  }

  private CacheOutcome askAboutDocument(String document, String question) {
    String fields =
        """
        {"messages": [{"role": "user", "content": [{"type": "text", "text": "%s"},
          {"type": "text", "text": "QUESTION"}]}]}
        """;
    return invoke(SEARCH, managed(Map.of(), messages(question, fields.formatted(document))))
        .call()
        .cache();
  }

  private CacheOutcome askWithVariables(String context, String question) {
    Map<String, JsonNode> values =
        Map.of("context", JSON.valueToTree(context), "question", JSON.valueToTree(question));
    return invoke(
            SEARCH,
            new Input.Managed(
                NAME,
                new VersionRef.Production(),
                values,
                JSON.createArrayNode(),
                Optional.empty(),
                true))
        .call()
        .cache();
  }

  private static ModelRequest chat(String question, String others) {
    return read(ChatJson.parseRequest(body(question, others)));
  }
}
