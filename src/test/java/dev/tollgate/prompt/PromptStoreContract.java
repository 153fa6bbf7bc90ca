package dev.tollgate.prompt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.tollgate.audit.AuditEntry;
import dev.tollgate.audit.AuditEvent;
import dev.tollgate.audit.AuditEventType;
import dev.tollgate.audit.ChainVerification;
import dev.tollgate.prompt.PromptRegistry.PointerUpdate;
import dev.tollgate.prompt.PromptRegistry.Registration;
import dev.tollgate.prompt.PromptStore.Commit;
import dev.tollgate.prompt.content.CacheScope;
import dev.tollgate.prompt.content.CacheSettings;
import dev.tollgate.prompt.content.ModelSettings;
import dev.tollgate.prompt.content.PromptCaching;
import dev.tollgate.prompt.content.PromptContent;
import dev.tollgate.prompt.content.PromptMessage;
import dev.tollgate.prompt.content.PromptTemplate;
import dev.tollgate.prompt.content.Template;
import dev.tollgate.prompt.content.Variable;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The behaviour of every {@link PromptStore}, alone and with the registry. */
abstract class PromptStoreContract extends PromptActivationContract {
  // The store

  @Test
  void unknownPromptHasNoState() {
    assertEquals(Optional.empty(), store.findState(NAME));
    assertEquals(Optional.empty(), store.findVersion(NAME, 1));
    assertEquals(OptionalInt.empty(), store.findVersionByContent(NAME, "hash"));
    assertEquals(List.of(), store.listVersions(NAME, Integer.MAX_VALUE, 10));
    assertEquals(List.of(), store.listLabels(NAME));
    assertEquals(List.of(), store.listEvents(NAME, Long.MAX_VALUE, 10));
    assertEquals(rejected(new PromptError.UnknownPrompt(NAME)), activate(1));
    assertEquals(
        rejected(new PromptError.UnknownPrompt(NAME)),
        registry.resolve(NAME, new VersionRef.Latest()));
  }

  @Test
  void readsBackRegisteredContent() {
    PromptContent content =
        new PromptContent(
            new PromptTemplate(
                List.of(
                    new PromptMessage(
                        PromptMessage.Role.SYSTEM, new Template("Grüße \"{{name}}\" 👋\n")),
                    new PromptMessage(PromptMessage.Role.USER, new Template("{{doc}}")))),
            new ModelSettings(
                "claude-haiku-4-5", Optional.of(new BigDecimal("0.25")), 77, List.of()),
            Map.of(
                "name",
                new Variable(
                    Variable.Type.STRING, false, Optional.of(TextNode.valueOf("du")), false),
                "doc",
                new Variable(Variable.Type.DOCUMENT, true, Optional.empty(), true)),
            new CacheSettings(true, CacheScope.USER, PromptCaching.ONE_HOUR, Optional.empty()));
    PromptVersion version = registry.register(NAME, content, "ada", "first", request()).version();

    assertEquals(new PromptVersion(NAME, 1, content, "ada", "key_1", "first", START), version);
    assertEquals(Optional.of(version), store.findVersion(NAME, 1));
    assertEquals(OptionalInt.of(1), store.findVersionByContent(NAME, content.versionHash()));
    assertEquals(
        List.of(VersionSummary.of(version)), store.listVersions(NAME, Integer.MAX_VALUE, 10));
  }

  @Test
  void rejectsChangeOfStaleState() {
    register("one");
    PromptState old = state();
    register("two");
    AuditEntry entry = AuditEntry.of(AuditEventType.PURGE, "key_1", START);

    assertEquals(
        new Commit.Conflict(), store.commit(PromptChange.of(old, old.withNextCacheEpoch(), entry)));
    assertEquals(0, state().cacheEpoch());
    assertEquals(2, store.listEvents(NAME, Long.MAX_VALUE, 10).size());
    assertEquals(
        new Commit.Committed(),
        store.commit(PromptChange.of(state(), state().withNextCacheEpoch(), entry)));
    assertEquals(1, state().cacheEpoch());
  }

  @Test
  void pagesVersionsNewestFirst() {
    IntStream.rangeClosed(1, 12).forEach(number -> register("v" + number));

    assertEquals(
        List.of(12, 11, 10, 9, 8), numbers(store.listVersions(NAME, Integer.MAX_VALUE, 5)));
    assertEquals(List.of(7, 6, 5, 4, 3), numbers(store.listVersions(NAME, 8, 5)));
    assertEquals(List.of(2, 1), numbers(store.listVersions(NAME, 3, 5)));
    assertEquals(List.of(), numbers(store.listVersions(NAME, 1, 5)));
  }

  @Test
  void listsPromptsOnceInOrder() {
    for (String name : List.of("b", "c", "a", "b")) {
      registry.register(new PromptName(name), content(name + now), "ada", "", request());
      now = now.plusSeconds(1);
    }

    assertEquals(List.of("a", "b", "c"), names(store.listStates(Optional.empty(), 10)));
    assertEquals(List.of("a", "b"), names(store.listStates(Optional.empty(), 2)));
    assertEquals(List.of("c"), names(store.listStates(Optional.of(new PromptName("b")), 2)));
  }

  // Versions

  @Test
  void registeringUnchangedContentAddsNoVersion() {
    PromptVersion first = register("one").version();

    assertEquals(
        new Registration(first, true),
        registry.register(NAME, content("one"), "grace", "again", request()));
    assertEquals(1, store.listVersions(NAME, Integer.MAX_VALUE, 10).size());
  }

  @Test
  void registersOlderContentAsNewVersion() {
    register("one");
    register("two");

    assertEquals(3, register("one").version().number());
    assertEquals(OptionalInt.of(3), store.findVersionByContent(NAME, content("one").versionHash()));
  }

  @Test
  void resolvesVersionByNumberLabelAndPointer() {
    register("one");
    register("two");
    registry.setLabel(NAME, new Label("staging"), 2, request());
    force(1);

    assertEquals(1, find(new VersionRef.Production()));
    assertEquals(2, find(new VersionRef.Latest()));
    assertEquals(2, find(new VersionRef.Labelled(new Label("staging"))));
    assertEquals(1, find(new VersionRef.Number(1)));
    assertEquals(
        rejected(new PromptError.UnknownVersion(NAME, 3, 2)),
        registry.resolve(NAME, new VersionRef.Number(3)));
    assertEquals(
        rejected(new PromptError.UnknownLabel(NAME, new Label("none"))),
        registry.resolve(NAME, new VersionRef.Labelled(new Label("none"))));
  }

  // Audit log

  @Test
  void falseHitsDisableSemanticCacheOnce() {
    register("a");
    assertEquals(ok(false), disableAfterFalseHit(Instant.EPOCH, "call_0"));
    force(1);
    assertEquals(ok(true), disableAfterFalseHit(Instant.EPOCH, "call_1"));
    assertEquals(ok(true), disableAfterFalseHit(Instant.EPOCH, "call_1"));
    assertEquals(ok(false), disableAfterFalseHit(Instant.EPOCH, "call_2"));
    assertEquals(
        new SemanticSwitch(
            Instant.EPOCH,
            Optional.of(new SemanticSwitch.Off(now, "on purpose", Optional.of("call_1")))),
        state().semantic());
    assertEquals(Optional.of("call_1"), newestEvent().entry().target());

    now = now.plusSeconds(1);
    registry.enableSemanticCache(NAME, request());
    assertEquals(ok(false), disableAfterFalseHit(Instant.EPOCH, "call_3"));
    assertEquals(new SemanticSwitch(now, Optional.empty()), state().semantic());
    assertEquals(ok(state()), registry.enableSemanticCache(NAME, request()));

    registry.disableSemanticCache(NAME, request());
    assertEquals(
        Optional.of(new SemanticSwitch.Off(now, "on purpose", Optional.empty())),
        state().semantic().off());
    assertEquals(ok(state()), registry.disableSemanticCache(NAME, request()));
    assertEquals(
        List.of(
            AuditEventType.SEMANTIC_OFF,
            AuditEventType.SEMANTIC_ON,
            AuditEventType.SEMANTIC_OFF,
            AuditEventType.FORCE,
            AuditEventType.REGISTER),
        store.listEvents(NAME, Long.MAX_VALUE, 10).stream().map(it -> it.entry().type()).toList());
    assertEquals(new ChainVerification.Intact(), store.verifyChain(state()));
    assertEquals(1, state().revision());
  }

  private PromptResult<Boolean> disableAfterFalseHit(Instant countedFrom, String callId) {
    return registry.disableSemanticCacheAfterFalseHits(NAME, 1, countedFrom, callId, request());
  }

  @Test
  void auditLogRecordsEveryChangeInOrder() {
    register("one");
    register("two");
    registry.setSuite(NAME, SUITE, request());
    registry.setLabel(NAME, new Label("staging"), 2, request());
    registry.requireSecondPerson(NAME, true, request());
    registry.requireSecondPerson(NAME, false, request());
    force(1);
    record(verdict("two", SUITE, true));
    activate(2);
    rollBack();
    registry.freeze(NAME, 2, request());
    registry.unfreeze(NAME, 2, request());
    registry.purgeCache(NAME, request());
    registry.removeLabel(NAME, new Label("staging"), request());

    assertEquals(
        List.of(
            "register null 1",
            "register null 2",
            "suite null \"" + SUITE.hash() + "\"",
            "label null 2",
            "settings false true",
            "settings true false",
            "force null 1",
            "activate 1 2",
            "rollback 2 1",
            "freeze null 2",
            "unfreeze 2 null",
            "purge null null",
            "unlabel 2 null"),
        store.listEvents(NAME, Long.MAX_VALUE, 100).reversed().stream()
            .map(AuditEvent::entry)
            .map(
                entry ->
                    entry.type().id()
                        + " "
                        + entry.from().orElse(null)
                        + " "
                        + entry.to().orElse(null))
            .toList());
    assertEquals(new ChainVerification.Intact(), store.verifyChain(state()));
    assertEquals(List.of(5L, 4L), eventNumbers(store.listEvents(NAME, 6, 2)));
  }

  @Test
  void detectsDirectionOfDrift() {
    assertEquals(PromptDrift.State.MISSING_IN_REGISTRY, drift("one", Set.of()));
    register("one");
    assertEquals(PromptDrift.State.FILE_NEWER, drift("one", Set.of()));
    force(1);
    assertEquals(PromptDrift.State.SAME, drift("one", Set.of()));
    assertEquals(
        PromptDrift.State.FILE_NEWER, drift("edited", Set.of(content("one").versionHash())));
    assertEquals(PromptDrift.State.DIVERGED, drift("edited", Set.of("another")));
    register("two");
    assertEquals(PromptDrift.State.SAME, drift("one", Set.of()));
    assertEquals(PromptDrift.State.FILE_NEWER, drift("two", Set.of()));
    force(2);
    assertEquals(PromptDrift.State.REGISTRY_EDITED, drift("one", Set.of()));
    assertEquals(PromptDrift.State.SAME, drift("two", Set.of()));
    rollBack();
    assertEquals(PromptDrift.State.REGISTRY_EDITED, drift("two", Set.of()));
    assertEquals(
        PromptDrift.State.DIVERGED,
        registry
            .detectDrift(
                NAME, PromptContent.ofText("one", "claude-opus-5", Optional.empty(), 5), Set.of())
            .state());
  }

  // Many at once

  @Test
  void concurrentRegistrationsHaveConsecutiveNumbers() throws Exception {
    inParallel(64, i -> register("content " + i));

    List<VersionSummary> versions = store.listVersions(NAME, Integer.MAX_VALUE, 200);
    assertEquals(IntStream.rangeClosed(1, 64).map(i -> 65 - i).boxed().toList(), numbers(versions));
    assertEquals(64, versions.stream().map(VersionSummary::hash).distinct().count());
    assertEquals(64, state().chainEnd().length());
    assertEquals(new ChainVerification.Intact(), store.verifyChain(state()));
  }

  @Test
  void concurrentActivationsAreAllAudited() throws Exception {
    IntStream.rangeClosed(1, 64).forEach(number -> register("v" + number));
    List<PromptResult<PointerUpdate>> outcomes = inParallel(64, i -> force(i + 1));

    assertTrue(outcomes.stream().allMatch(PromptResult.Ok.class::isInstance), outcomes.toString());
    assertActivationsAreChained(64);
  }

  @Test
  void oneOfConcurrentActivationsOfARevisionSucceeds() throws Exception {
    IntStream.rangeClosed(1, 64).forEach(number -> register("v" + number));
    ChangeRequest changeRequest =
        new ChangeRequest("key_1", Optional.of("mine"), OptionalLong.of(0));
    List<PromptResult<PointerUpdate>> outcomes =
        inParallel(64, i -> registry.activate(NAME, i + 1, true, changeRequest));

    List<PromptResult<PointerUpdate>> ok =
        outcomes.stream().filter(PromptResult.Ok.class::isInstance).toList();
    assertEquals(1, ok.size());
    assertEquals(
        63,
        outcomes.stream()
            .filter(rejected(new PromptError.RevisionMismatch(NAME, 0, 1))::equals)
            .count());
    assertEquals(OptionalInt.of(pointerUpdate(ok.getFirst()).version()), state().active());
    assertActivationsAreChained(1);
  }

  @Test
  void concurrentRollbacksGoBackOneStep() throws Exception {
    for (int version = 1; version <= 4; version++) {
      register("v" + version);
      force(version);
    }
    PromptResult<PointerUpdate> first = rollBack();
    PromptState state = state();
    inParallel(8, _ -> registry.rollBack(NAME, OptionalInt.of(3), request()));

    assertEquals(3, pointerUpdate(first).version());
    assertEquals(state, state());
  }

  /** Checks that each activation starts from the one before, up to the active version. */
  private void assertActivationsAreChained(int moves) {
    List<AuditEvent> events =
        store.listEvents(NAME, Long.MAX_VALUE, 1000).reversed().stream()
            .filter(event -> event.entry().type() == AuditEventType.FORCE)
            .toList();
    assertEquals(moves, events.size());
    OptionalInt active = OptionalInt.empty();
    for (AuditEvent event : events) {
      assertEquals(active.isPresent(), event.entry().from().isPresent());
      if (active.isPresent()) {
        assertEquals(active.getAsInt(), event.entry().from().orElseThrow().intValue());
      }
      active = OptionalInt.of(event.entry().to().orElseThrow().intValue());
    }
    assertEquals(active, state().active());
    assertEquals(moves, state().revision());
    assertEquals(new ChainVerification.Intact(), store.verifyChain(state()));
  }

  private static <T> List<T> inParallel(int count, IntFunction<T> task) throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<T>> tasks =
          IntStream.range(0, count).<Callable<T>>mapToObj(i -> () -> task.apply(i)).toList();
      return threads.invokeAll(tasks).stream().map(PromptStoreContract::get).toList();
    }
  }

  private static <T> T get(Future<T> future) {
    return switch (future.state()) {
      case SUCCESS -> future.resultNow();
      default -> throw new AssertionError(future.exceptionNow());
    };
  }
}
