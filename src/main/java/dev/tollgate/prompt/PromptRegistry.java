package dev.tollgate.prompt;

import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/** Registers and activates prompt versions, whoever else does so at the same time. */
@Singleton
public class PromptRegistry {
  /**
   * With 64 writers at once the last one needs about 64 tries; more means that the store is ill.
   */
  private static final int ATTEMPTS = 200;

  private final PromptStore store;
  private final Clock clock;

  public PromptRegistry(PromptStore store, Clock clock) {
    this.store = store;
    this.clock = clock;
  }

  /** Registers content as the next version, unless the newest version has just that content. */
  public Registration register(
      PromptName name, PromptContent content, String author, String notes) {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      int latest = store.findHead(name).map(PromptHead::latest).orElse(0);
      if (latest > 0) {
        PromptVersion newest = versionThatMustExist(name, latest);
        if (newest.content().versionHash().equals(content.versionHash())) {
          return new Registration.Existing(newest);
        }
      }
      PromptVersion version =
          new PromptVersion(
              name,
              latest + 1,
              content,
              author,
              notes,
              clock.instant().truncatedTo(ChronoUnit.MILLIS));
      switch (store.append(version)) {
        case PromptStore.AppendResult.Appended() -> {
          return new Registration.Registered(version);
        }
        case PromptStore.AppendResult.Conflict() -> pause(attempt);
      }
    }
    throw new IllegalStateException("too many writers register " + name + " at once: try again");
  }

  /** Puts a version into production, which takes every other one out of it. */
  public ActivationResult activate(
      PromptName name, int number, String actor, Optional<String> reason) {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      Optional<PromptHead> head = store.findHead(name);
      if (head.isEmpty()) {
        return new ActivationResult.UnknownPrompt();
      }
      Optional<PromptVersion> version = store.find(name, number);
      if (version.isEmpty()) {
        return new ActivationResult.UnknownVersion(head.get().latest());
      }
      if (head.get().active().isPresent() && head.get().active().getAsInt() == number) {
        return new ActivationResult.Activated(version.get(), head.get());
      }
      Activation activation = new Activation(number, actor, clock.instant(), reason);
      switch (store.move(name, head.get().revision(), activation)) {
        case PromptStore.MoveResult.Moved(long revision) -> {
          return new ActivationResult.Activated(version.get(), head.get(), revision);
        }
        case PromptStore.MoveResult.Conflict() -> pause(attempt);
      }
    }
    throw new IllegalStateException("too many writers activate " + name + " at once: try again");
  }

  /** The version in production. */
  public Active active(PromptName name) {
    Optional<PromptHead> head = store.findHead(name);
    if (head.isEmpty()) {
      return new Active.UnknownPrompt();
    }
    if (head.get().active().isEmpty()) {
      return new Active.NoneActive();
    }
    return new Active.Found(versionThatMustExist(name, head.get().active().getAsInt()));
  }

  private PromptVersion versionThatMustExist(PromptName name, int number) {
    return store
        .find(name, number)
        .orElseThrow(
            () -> new IllegalStateException("version " + number + " of " + name + " is missing"));
  }

  private static void pause(int attempt) {
    try {
      Thread.sleep(ThreadLocalRandom.current().nextLong(1, 10L + Math.min(attempt, 20) * 5L));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for other writers", e);
    }
  }

  /** What came of registering content. */
  public sealed interface Registration {
    PromptVersion version();

    record Registered(PromptVersion version) implements Registration {}

    /** The newest version has the same content already. */
    record Existing(PromptVersion version) implements Registration {}
  }

  /** What came of activating a version. */
  public sealed interface ActivationResult {
    /** The version is in production; {@code before} is the head as it was. */
    record Activated(PromptVersion version, PromptHead before, long revision)
        implements ActivationResult {
      /** It was in production already, and nothing moved. */
      Activated(PromptVersion version, PromptHead before) {
        this(version, before, before.revision());
      }
    }

    record UnknownPrompt() implements ActivationResult {}

    record UnknownVersion(int latest) implements ActivationResult {}
  }

  /** What is in production under a name. */
  public sealed interface Active {
    record Found(PromptVersion version) implements Active {}

    record UnknownPrompt() implements Active {}

    record NoneActive() implements Active {}
  }
}
