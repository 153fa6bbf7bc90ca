package dev.tollgate.invocation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.cost.calls.CacheOutcome;
import dev.tollgate.cost.calls.CallRecord;
import dev.tollgate.cost.calls.CallRecord.Purpose;
import dev.tollgate.invocation.Invocation.Input;
import dev.tollgate.invocation.InvocationResult.Answered;
import dev.tollgate.prompt.PromptError;
import dev.tollgate.prompt.content.CacheScope;
import dev.tollgate.prompt.content.CacheSettings;
import dev.tollgate.prompt.content.ModelSettings;
import dev.tollgate.prompt.content.PromptCaching;
import dev.tollgate.prompt.content.PromptContent;
import dev.tollgate.prompt.content.PromptTemplate;
import dev.tollgate.provider.ModelRequest;
import dev.tollgate.provider.Provider;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** Calls under managed prompts. */
final class ManagedInvocationTest extends LlmInvokerFixture {
  @Test
  void usesActiveVersion() {
    register("Use this: {{context}}", "0");
    activate(1);
    Answered answered =
        answered(invoker.invoke(managed(Map.of("context", "facts"), Optional.empty())));

    ModelRequest asked = provider.requests.getFirst();
    assertEquals("Use this: facts", asked.system().orElseThrow().textValue());
    assertEquals("claude-haiku-4-5", asked.model());
    assertEquals(Optional.of(new CallRecord.PromptUse("rag", 1)), answered.call().prompt());
  }

  @Test
  void promptOverridesModelAndParameters() {
    register("system", "0");
    activate(1);
    ModelRequest sent = request("claude-opus-5", 9, "0.7", "{\"top_k\": 3, \"tools\": [1]}");
    Answered answered = answered(invoker.invoke(managed(Map.of(), Optional.of(sent))));

    ModelRequest asked = provider.requests.getFirst();
    assertEquals("claude-haiku-4-5", asked.model());
    assertEquals(OptionalInt.of(200), asked.maxTokens());
    assertEquals(Optional.of(new BigDecimal("0")), asked.temperature());
    assertEquals("{\"tools\":[1]}", asked.otherFields().toString());
    assertEquals(List.of("model", "max_tokens", "temperature", "top_k"), answered.ignoredFields());
  }

  @Test
  void sendsPromptToProviderOfItsModel() {
    register(openAiContent(PromptCaching.ONE_HOUR));
    activate(1);
    answered(invoker.invoke(managed(Map.of("context", "facts"), Optional.empty())));

    ModelRequest asked = openAi.requests.getFirst();
    assertEquals("gpt-4o", asked.model());
    assertEquals(Optional.empty(), asked.system());
    assertEquals(
        """
        [{"role":"system","content":"Use this: facts"},{"role":"user","content":"question"}]\
        """,
        asked.messages().toString());
    assertEquals("{\"max_completion_tokens\":200}", asked.otherFields().toString());
    assertEquals(Optional.of(new BigDecimal("0.5")), asked.temperature());
  }

  @Test
  void keepsCallerFieldsThatPromptDoesNotSet() {
    register(openAiContent(PromptCaching.OFF));
    activate(1);
    ModelRequest sent =
        chat(
            "gpt-5",
            """
            {"temperature": 0, "max_tokens": 9, "max_completion_tokens": 200, "top_p": 0.5,
             "presence_penalty": 1, "user": "alice", "tools": [1]}
            """);
    Answered answered =
        answered(invoker.invoke(managed(Map.of("context", "facts"), Optional.of(sent))));

    ModelRequest asked = openAi.requests.getFirst();
    assertEquals("gpt-4o", asked.model());
    assertEquals("{\"tools\":[1],\"max_completion_tokens\":200}", asked.otherFields().toString());
    assertEquals("{\"user\":\"alice\"}", asked.metadata().orElseThrow().toString());
    assertEquals(
        List.of("model", "max_tokens", "temperature", "top_p", "presence_penalty"),
        answered.ignoredFields());
  }

  @Test
  void rejectsPromptOfOtherProvider() {
    register(openAiContent(PromptCaching.OFF));
    activate(1);
    ModelRequest messages = request("gpt-4o", 200, "0", "{}");
    assertEquals(
        new InvocationResult.ProviderMismatch(NAME, "gpt-4o", Provider.OPENAI),
        invoker.invoke(managed(Map.of("context", "facts"), Optional.of(messages))));

    register("Be brief.", "0");
    activate(2);
    now = now.plusSeconds(4);
    assertEquals(
        new InvocationResult.ProviderMismatch(NAME, "claude-haiku-4-5", Provider.ANTHROPIC),
        invoker.invoke(managed(Map.of(), Optional.of(chat("gpt-4o", "{}")))));
    assertTrue(provider.requests.isEmpty());
    assertTrue(openAi.requests.isEmpty());
    assertTrue(log.records.isEmpty());
  }

  @Test
  void newVersionTakesEffectWithinSecondsAndSharesNoAnswers() {
    register("one", "0");
    activate(1);
    invoker.invoke(managed(Map.of(), Optional.empty()));
    register("two", "0");
    activate(2);
    now = now.plusSeconds(4);
    Answered second = answered(invoker.invoke(managed(Map.of(), Optional.empty())));

    assertEquals(Optional.of(new CallRecord.PromptUse("rag", 2)), second.call().prompt());
    assertEquals(CacheOutcome.NONE, second.call().cache());
  }

  @Test
  void rejectsPromptThatCannotBeRendered() {
    assertEquals(
        new InvocationResult.NoSuchPrompt(new PromptError.UnknownPrompt(NAME)),
        invoker.invoke(managed(Map.of(), Optional.empty())));
    register("{{context}}", "0");
    assertEquals(
        new InvocationResult.NoSuchPrompt(new PromptError.NoActiveVersion(NAME)),
        invoker.invoke(managed(Map.of(), Optional.empty())));
    activate(1);
    assertEquals(
        new InvocationResult.MissingVariable(NAME, "context"),
        invoker.invoke(managed(Map.of(), Optional.empty())));
    assertEquals(
        new InvocationResult.UndeclaredVariable(NAME, "contxt"),
        invoker.invoke(managed(Map.of("context", "", "contxt", ""), Optional.empty())));
    assertTrue(provider.requests.isEmpty());
    assertTrue(log.records.isEmpty());
  }

  @Test
  void replaysRequestUnchangedUnderItsPrompt() {
    register("Answer.", "0");
    ModelRequest request = ((Input.Direct) direct(SEARCH, "1").input()).request();
    Answered answered =
        answered(
            invoker.invoke(
                new Invocation(
                    SEARCH,
                    "chat",
                    Optional.empty(),
                    new Input.Replayed(request, NAME, 1),
                    CacheDirectives.BYPASS,
                    Purpose.SHADOW,
                    now.plusSeconds(28))));

    assertEquals(List.of(request), provider.requests);
    assertEquals(Purpose.SHADOW, answered.call().purpose());
    assertEquals(Optional.of(new CallRecord.PromptUse("rag", 1)), answered.call().prompt());
    assertEquals(CacheOutcome.NONE, answered.call().cache());
    assertTrue(cache.answers().isEmpty());
  }

  private static PromptContent openAiContent(PromptCaching caching) {
    return new PromptContent(
        PromptTemplate.ofText("Use this: {{context}}"),
        new ModelSettings("gpt-4o", Optional.of(new BigDecimal("0.5")), 200, List.of()),
        Map.of(),
        new CacheSettings(false, CacheScope.TEAM, caching, Optional.empty()));
  }
}
