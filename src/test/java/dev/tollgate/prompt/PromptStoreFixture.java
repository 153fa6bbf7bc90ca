package dev.tollgate.prompt;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.audit.AuditEvent;
import dev.tollgate.prompt.PromptRegistry.PointerUpdate;
import dev.tollgate.prompt.PromptRegistry.Registration;
import dev.tollgate.prompt.PromptRegistry.ResolvedVersion;
import dev.tollgate.prompt.content.PromptContent;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;

/** A store and a registry on it, with short forms of the registry's methods for one prompt. */
abstract class PromptStoreFixture {

  static final Instant START = Instant.parse("2026-11-22T10:00:00Z");
  static final PromptName NAME = new PromptName("greeting");
  static final Suite SUITE = new Suite("tests: [{}]\n");

  Instant now = START;
  PromptStore store;
  PromptRegistry registry;

  /** Returns an empty store. */
  abstract PromptStore newStore();

  @BeforeEach
  void createStore() {
    store = newStore();
    Clock clock = ((InstantSource) () -> now).withZone(ZoneOffset.UTC);
    registry = new PromptRegistry(store, clock);
  }

  PromptState state() {
    return store.findState(NAME).orElseThrow();
  }

  AuditEvent newestEvent() {
    return store.listEvents(NAME, Long.MAX_VALUE, 1).getFirst();
  }

  Registration register(String text) {
    return registry.register(NAME, content(text), "ada", "", request());
  }

  PromptResult<PointerUpdate> activate(int version) {
    return registry.activate(NAME, version, false, request());
  }

  PromptResult<PointerUpdate> force(int version) {
    return registry.activate(NAME, version, true, request());
  }

  PromptResult<PointerUpdate> rollBack() {
    return registry.rollBack(NAME, OptionalInt.empty(), request());
  }

  PromptResult<PointerUpdate> rollBack(int version) {
    return registry.rollBack(NAME, OptionalInt.of(version), request());
  }

  int find(VersionRef ref) {
    return ((PromptResult.Ok<ResolvedVersion>) registry.resolve(NAME, ref))
        .value()
        .version()
        .number();
  }

  PromptDrift.State drift(String text, Set<String> fileHistory) {
    return registry.detectDrift(NAME, content(text), fileHistory).state();
  }

  GateVerdict verdict(String text, Suite suite, boolean passed) {
    return new GateVerdict(
        content(text).versionHash(), suite.hash(), passed, now, "run_1", "judge@1");
  }

  /** Records the verdict of a run that started after all others had ended. */
  void record(GateVerdict verdict) {
    assertTrue(store.recordVerdict(NAME, verdict, now));
  }

  static ChangeRequest request() {
    return new ChangeRequest("key_1", Optional.of("on purpose"), OptionalLong.empty());
  }

  static PromptContent content(String text) {
    return PromptContent.ofText(text, "claude-haiku-4-5", Optional.of(new BigDecimal("0")), 100);
  }

  static PointerUpdate pointerUpdate(PromptResult<PointerUpdate> outcome) {
    return ((PromptResult.Ok<PointerUpdate>) outcome).value();
  }

  static <T> PromptResult<T> ok(T value) {
    return new PromptResult.Ok<>(value);
  }

  static <T> PromptResult<T> rejected(PromptError error) {
    return new PromptResult.Err<>(error);
  }

  static PromptResult<PointerUpdate> closed(int version, Gate.Closed gate) {
    return rejected(new PromptError.GateClosed(NAME, version, gate));
  }

  static List<Integer> numbers(List<VersionSummary> versions) {
    return versions.stream().map(VersionSummary::number).toList();
  }

  static List<Long> eventNumbers(List<AuditEvent> events) {
    return events.stream().map(AuditEvent::number).toList();
  }

  static List<String> names(List<PromptState> states) {
    return states.stream().map(state -> state.name().value()).toList();
  }
}
