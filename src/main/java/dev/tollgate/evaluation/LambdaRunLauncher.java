package dev.tollgate.evaluation;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.tollgate.lambda.LambdaAsyncInvoker;
import dev.tollgate.prompt.PromptName;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Invokes {@code nightlyRegression} asynchronously to work on runs. */
@Singleton
class LambdaRunLauncher implements RunLauncher {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private final LambdaAsyncInvoker events;
  private final String function;

  LambdaRunLauncher(
      LambdaAsyncInvoker events,
      @ConfigProperty(name = "tollgate.regression.function") String function) {
    this.events = events;
    this.function = function;
  }

  @Override
  public void launch(PromptName prompt, RunId run, int continuation) {
    byte[] event =
        JsonNodeFactory.instance
            .objectNode()
            .put("action", "run")
            .put("prompt", prompt.value())
            .put("run_id", run.value())
            .put("hop", continuation)
            .put("token", UUID.randomUUID().toString())
            .toString()
            .getBytes(StandardCharsets.UTF_8);
    try {
      events.invoke(function, event, TIMEOUT);
    } catch (LambdaAsyncInvoker.NotAcceptedException e) {
      throw new LaunchFailedException("Failed to launch run %s".formatted(run), e);
    }
  }
}
