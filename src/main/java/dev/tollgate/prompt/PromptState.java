package dev.tollgate.prompt;

import dev.tollgate.audit.ChainHead;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Where a prompt stands.
 *
 * @param latest the newest version's number
 * @param suiteHash of the current tests, if there are any
 * @param secondPersonRequired whether a version needs two keys: one registers it, another activates
 *     it
 * @param cacheEpoch counts the purges of cached answers
 * @param semantic whether answers to similar questions may be served
 * @param revision counts the changes that matter to whoever decides on a move of a pointer
 * @param chainEnd of the chain of events
 */
public record PromptState(
    PromptName name,
    int latest,
    ActivationHistory activationHistory,
    Optional<String> suiteHash,
    boolean secondPersonRequired,
    long cacheEpoch,
    SemanticSwitch semantic,
    long revision,
    ChainHead chainEnd) {
  /** A prompt that has no version yet. */
  static PromptState initial(PromptName name) {
    return new PromptState(
        name,
        0,
        ActivationHistory.NONE,
        Optional.empty(),
        false,
        0,
        SemanticSwitch.ON,
        0,
        ChainHead.NONE);
  }

  /** The version in production, if any was activated. */
  public OptionalInt active() {
    return activationHistory.active();
  }

  public boolean isActive(int version) {
    return active().equals(OptionalInt.of(version));
  }

  public boolean isFrozen(int version) {
    return activationHistory.frozen().contains(version);
  }

  boolean hasVersion(int version) {
    return version >= 1 && version <= latest;
  }

  PromptState with(ActivationHistory next) {
    return new PromptState(
        name,
        latest,
        next,
        suiteHash,
        secondPersonRequired,
        cacheEpoch,
        semantic,
        revision + 1,
        chainEnd);
  }

  PromptState withLatest(int version) {
    return new PromptState(
        name,
        version,
        activationHistory,
        suiteHash,
        secondPersonRequired,
        cacheEpoch,
        semantic,
        revision,
        chainEnd);
  }

  PromptState withNextRevision() {
    return with(activationHistory);
  }

  PromptState withSuite(String suite) {
    return new PromptState(
        name,
        latest,
        activationHistory,
        Optional.of(suite),
        secondPersonRequired,
        cacheEpoch,
        semantic,
        revision + 1,
        chainEnd);
  }

  PromptState withSecondPerson(boolean required) {
    return new PromptState(
        name,
        latest,
        activationHistory,
        suiteHash,
        required,
        cacheEpoch,
        semantic,
        revision + 1,
        chainEnd);
  }

  PromptState withNextCacheEpoch() {
    return new PromptState(
        name,
        latest,
        activationHistory,
        suiteHash,
        secondPersonRequired,
        cacheEpoch + 1,
        semantic,
        revision,
        chainEnd);
  }

  PromptState with(SemanticSwitch next) {
    return new PromptState(
        name,
        latest,
        activationHistory,
        suiteHash,
        secondPersonRequired,
        cacheEpoch,
        next,
        revision,
        chainEnd);
  }

  PromptState withChainEnd(ChainHead newEnd) {
    return new PromptState(
        name,
        latest,
        activationHistory,
        suiteHash,
        secondPersonRequired,
        cacheEpoch,
        semantic,
        revision,
        newEnd);
  }
}
