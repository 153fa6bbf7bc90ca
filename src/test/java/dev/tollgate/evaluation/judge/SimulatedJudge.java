package dev.tollgate.evaluation.judge;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.tollgate.audit.AuditEvent;
import dev.tollgate.cost.calls.CallRecords;
import dev.tollgate.evaluation.HttpModelClient;
import dev.tollgate.evaluation.suite.CaseScorer;
import dev.tollgate.identity.Caller;
import dev.tollgate.invocation.Invocation;
import dev.tollgate.invocation.InvocationResult;
import dev.tollgate.local.model.SimulatedModel;
import dev.tollgate.prompt.InMemoryPromptStore;
import dev.tollgate.prompt.PromptRegistry;
import dev.tollgate.provider.FinishReason;
import dev.tollgate.provider.ModelCatalogue;
import dev.tollgate.provider.ModelProvider.Reply;
import dev.tollgate.provider.anthropic.MessagesJson;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** A judge with the simulated model over HTTP and its prompts in memory. */
public final class SimulatedJudge implements AutoCloseable {
  public static final JudgeContext CONTEXT =
      new JudgeContext(Caller.DIRECT, "regression", Instant.MAX);

  private final InMemoryPromptStore store = new InMemoryPromptStore();
  public final PromptRegistry registry = new PromptRegistry(store, Clock.systemUTC());
  public final List<Invocation> invocations = Collections.synchronizedList(new ArrayList<>());

  /** Changes the reply of the model before the judge parses it. */
  public UnaryOperator<String> replyTransform = UnaryOperator.identity();

  public Optional<Reply.Failure> failure = Optional.empty();
  FinishReason finishReason = FinishReason.END_TURN;

  private final SimulatedModel model = SimulatedModel.start(0);
  private final HttpModelClient models = new HttpModelClient(model.url(), "key");
  public final Judge judge;
  public final CaseScorer scorer;

  public SimulatedJudge() throws IOException {
    this(Optional.empty());
  }

  SimulatedJudge(Optional<String> configured) throws IOException {
    JudgePrompt prompt = new JudgePrompt(registry, configured, "claude-opus-4-6");
    judge = new Judge(prompt, new JudgeClient(this::invoke, prompt, ModelCatalogue.load()));
    scorer = new CaseScorer(judge);
  }

  public JudgeVersion version() {
    return judge.currentVersion("claude-haiku-4-5");
  }

  /** The audit log of the judge's prompt, newest first. */
  List<AuditEvent> events() {
    return store.listEvents(JudgeVersion.PROMPT, Long.MAX_VALUE, 100);
  }

  /** Returns the answer of the model to a prompt at temperature 0. */
  public String answer(String system, String question) {
    ArrayNode messages = JsonNodeFactory.instance.arrayNode();
    messages.addObject().put("role", "user").put("content", question);
    return models.ask(
        MessagesJson.newRequest(
            "claude-haiku-4-5",
            1024,
            Optional.of(TextNode.valueOf(system)),
            messages,
            Optional.of(BigDecimal.ZERO)));
  }

  private InvocationResult invoke(Invocation invocation) {
    invocations.add(invocation);
    if (failure.isPresent()) {
      return new InvocationResult.Failed(
          failure.get(), CallRecords.failed(Instant.EPOCH), BigDecimal.ZERO);
    }
    Invocation.Input.Direct own = (Invocation.Input.Direct) invocation.input();
    return HttpModelClient.answered(
        own.request(), finishReason, replyTransform.apply(models.ask(own.request())));
  }

  @Override
  public void close() {
    models.close();
    model.close();
  }
}
