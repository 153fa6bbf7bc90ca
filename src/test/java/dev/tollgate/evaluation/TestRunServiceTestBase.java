package dev.tollgate.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.tollgate.evaluation.TestRun.State;
import dev.tollgate.prompt.ChangeRequest;
import dev.tollgate.prompt.Gate;
import dev.tollgate.prompt.InMemoryPromptStore;
import dev.tollgate.prompt.PromptName;
import dev.tollgate.prompt.PromptRegistry;
import dev.tollgate.prompt.PromptState;
import dev.tollgate.prompt.PromptVersion;
import dev.tollgate.prompt.Suite;
import dev.tollgate.prompt.content.PromptContent;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** A service with stores in memory, a fake evaluator and a launcher that queues. */
abstract class TestRunServiceTestBase {
  static final PromptName NAME = new PromptName("rag");
  static final int CASES = 20;
  static final ChangeRequest CHANGE =
      new ChangeRequest("key_admin", Optional.of("test"), OptionalLong.empty());

  final InMemoryPromptStore prompts = new InMemoryPromptStore();
  final PromptRegistry registry = new PromptRegistry(prompts, Clock.systemUTC());
  final FakeEvaluator evaluator = new FakeEvaluator();
  final QueueingLauncher launcher = new QueueingLauncher();
  RunStore runs = new InMemoryRunStore();

  final TestRunService service(Duration slice) {
    Clock clock = Clock.systemUTC();
    SuiteRunner runner = new SuiteRunner(prompts, runs, evaluator, clock, Duration.ofMinutes(1));
    GateRunner gate = new GateRunner(prompts, registry, runner, clock);
    NightlyRunner nightly = new NightlyRunner(prompts, registry, runs, runner, gate, clock);
    return new TestRunService(prompts, runs, evaluator, launcher, gate, nightly, clock, slice);
  }

  final TestRunService service() {
    return service(Duration.ofMinutes(1));
  }

  /** Runs all pending functions and those that they launch. */
  final void runAll(TestRunService service) {
    while (!launcher.pending.isEmpty()) {
      TestRunService.ResumeResult unused = resume(service, launcher.pending.remove());
    }
  }

  static TestRunService.ResumeResult resume(
      TestRunService service, QueueingLauncher.Launch launch) {
    return service.resume(launch.prompt(), launch.run(), launch.continuation(), launch.token());
  }

  static Suite suite() {
    StringBuilder yaml = new StringBuilder("tests:\n");
    for (int i = 0; i < CASES; i++) {
      yaml.append("  - vars: {query: q%d, context: c}\n".formatted(i))
          .append("    assert:\n      - {type: contains, value: x}\n")
          .append("      - {type: context-faithfulness}\n");
    }
    return new Suite(yaml.toString());
  }

  final PromptVersion register(String text) {
    return registry
        .register(NAME, PromptContent.ofText(text, "m", Optional.empty(), 100), "ada", "", CHANGE)
        .version();
  }

  /** Registers and activates versions in this order. */
  final void activateAll(String... texts) {
    for (String text : texts) {
      PromptVersion version = register(text);
      registry.activate(NAME, version.number(), true, CHANGE);
    }
    registry.setSuite(NAME, suite(), CHANGE);
  }

  final PromptState state() {
    return prompts.findState(NAME).orElseThrow();
  }

  final State.Finished runNightly(TestRunService service) {
    List<TestRun> started = service.startNightlyRuns(Optional.empty()).started();
    assertEquals(1, started.size());
    runAll(service);
    return end(started.getFirst());
  }

  final State.Finished end(TestRun run) {
    return assertInstanceOf(State.Finished.class, runs.find(NAME, run.id()).orElseThrow().state());
  }

  final Gate gate(int version) {
    return registry.evaluateGate(state(), prompts.findVersion(NAME, version).orElseThrow());
  }
}
