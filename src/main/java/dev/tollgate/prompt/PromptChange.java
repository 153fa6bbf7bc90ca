package dev.tollgate.prompt;

import dev.tollgate.audit.AuditEntry;
import dev.tollgate.audit.AuditEvent;
import dev.tollgate.audit.ChainHead;
import java.time.Instant;
import java.util.Optional;

/**
 * A change that one transaction writes as a whole. It is rejected if the prompt changed since it
 * was read, which the end of its audit chain shows, or if the gate condition does not hold.
 *
 * @param expectedEnd the end of the audit chain on which the change was decided
 * @param newState the state to write
 * @param event the audit event of the change
 * @param gate the condition that the gate must meet
 */
public record PromptChange(
    ChainHead expectedEnd,
    PromptState newState,
    AuditEvent event,
    Optional<PromptVersion> version,
    Optional<LabelChange> label,
    Optional<Suite> suite,
    Optional<GateCondition> gate) {

  static PromptChange of(PromptState before, PromptState after, AuditEntry entry) {
    AuditEvent event = before.chainEnd().nextEvent(subject(before.name()), entry);
    return new PromptChange(
        before.chainEnd(),
        after.withChainEnd(before.chainEnd().advanceTo(event)),
        event,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** The subject of a prompt's audit events. */
  static String subject(PromptName name) {
    return "prompt:" + name;
  }

  PromptChange with(PromptVersion added) {
    return new PromptChange(expectedEnd, newState, event, Optional.of(added), label, suite, gate);
  }

  PromptChange withLabel(LabelChange change) {
    return new PromptChange(
        expectedEnd, newState, event, version, Optional.of(change), suite, gate);
  }

  PromptChange with(Suite added) {
    return new PromptChange(expectedEnd, newState, event, version, label, Optional.of(added), gate);
  }

  PromptChange withGate(GateCondition condition) {
    return new PromptChange(
        expectedEnd, newState, event, version, label, suite, Optional.of(condition));
  }

  /** A label and its new pointer; empty removes the label. */
  public record LabelChange(Label label, Optional<LabelPointer> pointer) {}

  /** A verdict that must exist, condition, and not before a time. */
  public record GateCondition(String versionHash, String suiteHash, Instant notBefore) {}
}
