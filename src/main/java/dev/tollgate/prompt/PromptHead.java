package dev.tollgate.prompt;

import dev.tollgate.audit.ChainHead;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Where a prompt stands.
 *
 * @param latest the newest version's number
 * @param suiteHash of the current tests, if there are any
 * @param secondPerson whether a version needs two keys: one registers it, another activates it
 * @param epoch counts the purges of cached answers
 * @param semantic whether answers to similar questions may be served
 * @param revision counts the changes that matter to whoever decides on a move of a pointer
 * @param end of the chain of events
 */
public record PromptHead(
    PromptName name,
    int latest,
    Rollout rollout,
    Optional<String> suiteHash,
    boolean secondPerson,
    long epoch,
    SemanticSwitch semantic,
    long revision,
    ChainHead end) {
  /** A prompt that has no version yet. */
  static PromptHead none(PromptName name) {
    return new PromptHead(
        name, 0, Rollout.NONE, Optional.empty(), false, 0, SemanticSwitch.ON, 0, ChainHead.NONE);
  }

  /** The version in production, if any was activated. */
  public OptionalInt active() {
    return rollout.active();
  }

  public boolean isActive(int version) {
    return active().equals(OptionalInt.of(version));
  }

  public boolean isFrozen(int version) {
    return rollout.frozen().contains(version);
  }

  boolean has(int version) {
    return version >= 1 && version <= latest;
  }

  PromptHead with(Rollout next) {
    return new PromptHead(
        name, latest, next, suiteHash, secondPerson, epoch, semantic, revision + 1, end);
  }

  PromptHead registered(int version) {
    return new PromptHead(
        name, version, rollout, suiteHash, secondPerson, epoch, semantic, revision, end);
  }

  PromptHead relabelled() {
    return with(rollout);
  }

  PromptHead testedBy(String suite) {
    return new PromptHead(
        name,
        latest,
        rollout,
        Optional.of(suite),
        secondPerson,
        epoch,
        semantic,
        revision + 1,
        end);
  }

  PromptHead withSecondPerson(boolean required) {
    return new PromptHead(
        name, latest, rollout, suiteHash, required, epoch, semantic, revision + 1, end);
  }

  PromptHead purged() {
    return new PromptHead(
        name, latest, rollout, suiteHash, secondPerson, epoch + 1, semantic, revision, end);
  }

  PromptHead with(SemanticSwitch next) {
    return new PromptHead(
        name, latest, rollout, suiteHash, secondPerson, epoch, next, revision, end);
  }

  PromptHead ending(ChainHead newEnd) {
    return new PromptHead(
        name, latest, rollout, suiteHash, secondPerson, epoch, semantic, revision, newEnd);
  }
}
