package dev.tollgate.evaluation.judge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.tollgate.cost.calls.CallRecord.Purpose;
import dev.tollgate.identity.Caller;
import dev.tollgate.invocation.CacheDirectives;
import dev.tollgate.invocation.Invocation;
import dev.tollgate.invocation.LlmInvoker;
import dev.tollgate.invocation.TestPipeline;
import dev.tollgate.prompt.InMemoryPromptStore;
import dev.tollgate.prompt.PromptRegistry;
import dev.tollgate.provider.anthropic.MessagesJson;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import org.jboss.logging.MDC;
import org.junit.jupiter.api.Test;

final class BoundedInvokerTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-24T10:00:00Z"), ZoneOffset.UTC);

  private final TestPipeline pipeline =
      new TestPipeline(new PromptRegistry(new InMemoryPromptStore(), CLOCK), CLOCK);

  @Test
  void removesTheCallIdFromLogsAfterACall() {
    ArrayNode messages = JsonNodeFactory.instance.arrayNode();
    messages.addObject().put("role", "user").put("content", "Hello");
    new BoundedInvoker(pipeline.invoker())
        .invoke(
            new Invocation(
                Caller.DIRECT,
                "test",
                Optional.empty(),
                new Invocation.Input.Direct(
                    MessagesJson.newRequest(
                        "claude-haiku-4-5", 100, Optional.empty(), messages, Optional.empty())),
                CacheDirectives.DEFAULT,
                Purpose.LIVE,
                CLOCK.instant().plusSeconds(20)));

    assertEquals(1, pipeline.records().size());
    assertNull(MDC.get(LlmInvoker.MDC_CALL_ID));
  }
}
