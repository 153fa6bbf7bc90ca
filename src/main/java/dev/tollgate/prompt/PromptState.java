package dev.tollgate.prompt;

import dev.tollgate.audit.ChainHead;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The state of a prompt.
 *
 * @param latest the number of the newest version
 * @param revision counts the changes that matter for moving a pointer
 * @param chainEnd the end of the prompt's chain of audit events
 */
public record PromptState(
    PromptName name,
    int latest,
    ActivationHistory activationHistory,
    Settings settings,
    long revision,
    ChainHead chainEnd) {

  /**
   * The settings that hold for all versions of a prompt.
   *
   * @param suiteHash the hash of the current test suite; empty without one
   * @param secondPersonRequired whether a version needs two keys: one to register, one to activate
   * @param cacheEpoch counts the purges of cached responses
   * @param semantic whether the semantic cache is enabled
   */
  public record Settings(
      Optional<String> suiteHash,
      boolean secondPersonRequired,
      long cacheEpoch,
      SemanticSwitch semantic) {
    static final Settings DEFAULT = new Settings(Optional.empty(), false, 0, SemanticSwitch.ON);
  }

  /** A prompt that has no version yet. */
  static PromptState initial(PromptName name) {
    return new PromptState(name, 0, ActivationHistory.NONE, Settings.DEFAULT, 0, ChainHead.NONE);
  }

  public Optional<String> suiteHash() {
    return settings.suiteHash();
  }

  public boolean secondPersonRequired() {
    return settings.secondPersonRequired();
  }

  public long cacheEpoch() {
    return settings.cacheEpoch();
  }

  public SemanticSwitch semantic() {
    return settings.semantic();
  }

  /** The active version; empty if none was activated. */
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
    return new PromptState(name, latest, next, settings, revision + 1, chainEnd);
  }

  PromptState withLatest(int version) {
    return new PromptState(name, version, activationHistory, settings, revision, chainEnd);
  }

  PromptState withNextRevision() {
    return with(activationHistory);
  }

  PromptState withSuite(String hash) {
    return with(new Settings(Optional.of(hash), secondPersonRequired(), cacheEpoch(), semantic()))
        .withNextRevision();
  }

  PromptState withSecondPerson(boolean required) {
    return with(new Settings(suiteHash(), required, cacheEpoch(), semantic())).withNextRevision();
  }

  PromptState withNextCacheEpoch() {
    return with(new Settings(suiteHash(), secondPersonRequired(), cacheEpoch() + 1, semantic()));
  }

  PromptState with(SemanticSwitch next) {
    return with(new Settings(suiteHash(), secondPersonRequired(), cacheEpoch(), next));
  }

  private PromptState with(Settings next) {
    return new PromptState(name, latest, activationHistory, next, revision, chainEnd);
  }

  PromptState withChainEnd(ChainHead newEnd) {
    return new PromptState(name, latest, activationHistory, settings, revision, newEnd);
  }
}
