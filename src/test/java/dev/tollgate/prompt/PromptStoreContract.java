package dev.tollgate.prompt;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tollgate.prompt.PromptRegistry.ActivationResult;
import dev.tollgate.prompt.PromptRegistry.Active;
import dev.tollgate.prompt.PromptRegistry.Registration;
import dev.tollgate.prompt.PromptStore.AppendResult;
import dev.tollgate.prompt.PromptStore.MoveResult;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link PromptStore} must do, alone and under the registry. */
abstract class PromptStoreContract {
  static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
  private static final PromptName NAME = new PromptName("greeting");

  private PromptStore store;
  private PromptRegistry registry;

  /** Returns an empty store. */
  abstract PromptStore newStore();

  @BeforeEach
  void makeStore() {
    store = newStore();
    registry = new PromptRegistry(store, Clock.fixed(NOW, ZoneOffset.UTC));
  }

  @Test
  void anUnknownPromptHasNothing() {
    assertEquals(Optional.empty(), store.findHead(NAME));
    assertEquals(Optional.empty(), store.find(NAME, 1));
    assertEquals(List.of(), store.history(NAME, Integer.MAX_VALUE, 10));
    assertEquals(new Active.UnknownPrompt(), registry.active(NAME));
  }

  @Test
  void readsBackWhatWasAppended() {
    PromptVersion version =
        new PromptVersion(
            NAME,
            1,
            new PromptContent(
                new Template("Grüße {{name}} 👋"),
                "claude-haiku-4-5",
                Optional.of(new BigDecimal("0.25")),
                77,
                true),
            "ada",
            "first",
            NOW);

    assertEquals(new AppendResult.Appended(), store.append(version));
    assertEquals(Optional.of(version), store.find(NAME, 1));
    assertEquals(
        Optional.of(new PromptHead(NAME, 1, OptionalInt.empty(), 0)), store.findHead(NAME));
  }

  @Test
  void appendNeverOverwrites() {
    store.append(version(1, "first"));

    assertEquals(new AppendResult.Conflict(), store.append(version(1, "other")));
    assertEquals(Optional.of(version(1, "first")), store.find(NAME, 1));
  }

  @Test
  void appendLeavesNoGap() {
    store.append(version(1, "first"));

    assertEquals(new AppendResult.Conflict(), store.append(version(3, "third")));
    assertEquals(Optional.empty(), store.find(NAME, 3));
  }

  @Test
  void movesThePointerOnlyFromTheRevisionItWasDecidedOn() {
    store.append(version(1, "first"));
    store.append(version(2, "second"));

    assertEquals(new MoveResult.Moved(1), store.move(NAME, 0, activation(2)));
    assertEquals(new MoveResult.Conflict(), store.move(NAME, 0, activation(1)));
    assertEquals(Optional.of(new PromptHead(NAME, 2, OptionalInt.of(2), 1)), store.findHead(NAME));
  }

  @Test
  void appendingLeavesThePointerAlone() {
    store.append(version(1, "first"));
    store.move(NAME, 0, activation(1));
    store.append(version(2, "second"));

    assertEquals(Optional.of(new PromptHead(NAME, 2, OptionalInt.of(1), 1)), store.findHead(NAME));
  }

  @Test
  void historyIsNewestFirstInPages() {
    IntStream.rangeClosed(1, 12).forEach(number -> store.append(version(number, "v" + number)));

    assertEquals(List.of(12, 11, 10, 9, 8), numbers(store.history(NAME, Integer.MAX_VALUE, 5)));
    assertEquals(List.of(7, 6, 5, 4, 3), numbers(store.history(NAME, 8, 5)));
    assertEquals(List.of(2, 1), numbers(store.history(NAME, 3, 5)));
    assertEquals(List.of(), numbers(store.history(NAME, 1, 5)));
  }

  @Test
  void historySaysWhoAndWhy() {
    PromptVersion version = new PromptVersion(NAME, 1, content("one"), "ada", "to be brief", NOW);
    store.append(version);

    assertEquals(List.of(VersionSummary.of(version)), store.history(NAME, Integer.MAX_VALUE, 10));
  }

  @Test
  void listsEveryPromptOnceInOrder() {
    registry.register(new PromptName("b"), content("one"), "ada", "");
    registry.register(new PromptName("a"), content("one"), "ada", "");
    registry.register(new PromptName("b"), content("two"), "ada", "");

    assertEquals(List.of(new PromptName("a"), new PromptName("b")), store.names());
  }

  @Test
  void registeringTheNewestContentAgainMakesNoVersion() {
    registry.register(NAME, content("one"), "ada", "");

    assertEquals(
        new Registration.Existing(version(1, "one")),
        registry.register(NAME, content("one"), "grace", "again"));
    assertEquals(1, store.history(NAME, Integer.MAX_VALUE, 10).size());
  }

  @Test
  void anOlderContentMayComeBackAsANewVersion() {
    registry.register(NAME, content("one"), "ada", "");
    registry.register(NAME, content("two"), "ada", "");

    assertEquals(
        new Registration.Registered(version(3, "one")),
        registry.register(NAME, content("one"), "ada", ""));
  }

  @Test
  void activatingTakesTheOtherVersionOut() {
    registry.register(NAME, content("one"), "ada", "");
    registry.register(NAME, content("two"), "ada", "");
    assertEquals(new Active.NoneActive(), registry.active(NAME));

    registry.activate(NAME, 1, "ada", Optional.empty());
    assertEquals(new Active.Found(version(1, "one")), registry.active(NAME));

    registry.activate(NAME, 2, "ada", Optional.of("better"));
    assertEquals(new Active.Found(version(2, "two")), registry.active(NAME));
  }

  @Test
  void activatingWhatIsActiveMovesNothing() {
    registry.register(NAME, content("one"), "ada", "");
    registry.activate(NAME, 1, "ada", Optional.empty());
    PromptHead before = store.findHead(NAME).orElseThrow();

    assertEquals(
        new ActivationResult.Activated(version(1, "one"), before, before.revision()),
        registry.activate(NAME, 1, "ada", Optional.empty()));
    assertEquals(before, store.findHead(NAME).orElseThrow());
  }

  @Test
  void whatIsNotRegisteredCannotBeActivated() {
    assertEquals(
        new ActivationResult.UnknownPrompt(), registry.activate(NAME, 1, "ada", Optional.empty()));
    registry.register(NAME, content("one"), "ada", "");
    assertEquals(
        new ActivationResult.UnknownVersion(1),
        registry.activate(NAME, 2, "ada", Optional.empty()));
    assertEquals(new Active.NoneActive(), registry.active(NAME));
  }

  @Test
  void parallelRegistrationsLeaveNeitherGapNorDouble() throws Exception {
    inParallel(
        IntStream.range(0, 32)
            .<Runnable>mapToObj(
                i -> () -> registry.register(NAME, content("content " + i), "ada", ""))
            .toList());

    List<VersionSummary> versions = store.history(NAME, Integer.MAX_VALUE, 100);
    assertEquals(IntStream.rangeClosed(1, 32).map(i -> 33 - i).boxed().toList(), numbers(versions));
    assertEquals(32, versions.stream().map(VersionSummary::hash).distinct().count());
  }

  @Test
  void parallelActivationsEachMoveOnce() throws Exception {
    IntStream.rangeClosed(1, 16).forEach(number -> store.append(version(number, "v" + number)));
    inParallel(
        IntStream.rangeClosed(1, 16)
            .<Runnable>mapToObj(
                number -> () -> registry.activate(NAME, number, "ada", Optional.empty()))
            .toList());

    assertEquals(16, store.findHead(NAME).orElseThrow().revision());
  }

  private static void inParallel(List<Runnable> tasks)
      throws InterruptedException, ExecutionException {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<? extends Future<?>> running = tasks.stream().map(threads::submit).toList();
      for (Future<?> task : running) {
        task.get();
      }
    }
  }

  private static List<Integer> numbers(List<VersionSummary> versions) {
    return versions.stream().map(VersionSummary::number).toList();
  }

  private static PromptVersion version(int number, String text) {
    return new PromptVersion(NAME, number, content(text), "ada", "", NOW);
  }

  private static PromptContent content(String text) {
    return new PromptContent(
        new Template(text), "claude-haiku-4-5", Optional.of(new BigDecimal("0")), 100, false);
  }

  private static Activation activation(int number) {
    return new Activation(number, "ada", NOW, Optional.empty());
  }
}
