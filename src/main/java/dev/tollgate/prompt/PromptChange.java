package dev.tollgate.prompt;

import dev.tollgate.audit.AuditEntry;
import dev.tollgate.audit.AuditEvent;
import dev.tollgate.audit.ChainHead;
import java.time.Instant;
import java.util.Optional;

/**
 * All that one transaction writes. It holds only if nobody wrote since the head was read, which the
 * end of its chain of events tells, and if the gate is as it must be.
 *
 * @param expectedEnd the end of the chain that the change was decided on
 * @param newState what it is to be
 * @param event what the ledger is to say
 * @param gate what the gate must still say
 */
public record PromptChange(
    ChainHead expectedEnd,
    PromptState newState,
    AuditEvent event,
    Optional<PromptVersion> version,
    Optional<LabelChange> label,
    Optional<Suite> suite,
    Optional<GateCondition> gate) {

  static PromptChange of(PromptState before, PromptState after, AuditEntry act) {
    AuditEvent event = before.chainEnd().nextEvent(subject(before.name()), act);
    return new PromptChange(
        before.chainEnd(),
        after.withChainEnd(before.chainEnd().advanceTo(event)),
        event,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** The name under which a prompt's events are chained. */
  static String subject(PromptName name) {
    return "prompt:" + name;
  }

  PromptChange with(PromptVersion added) {
    return new PromptChange(expectedEnd, newState, event, Optional.of(added), label, suite, gate);
  }

  PromptChange withLabel(LabelChange moved) {
    return new PromptChange(expectedEnd, newState, event, version, Optional.of(moved), suite, gate);
  }

  PromptChange with(Suite added) {
    return new PromptChange(expectedEnd, newState, event, version, label, Optional.of(added), gate);
  }

  PromptChange withGate(GateCondition passed) {
    return new PromptChange(
        expectedEnd, newState, event, version, label, suite, Optional.of(passed));
  }

  /** A label that points elsewhere, or no longer. */
  public record LabelChange(Label label, Optional<LabelPointer> pointer) {}

  /** A gate that must have been passed, not before a time. */
  public record GateCondition(String versionHash, String suiteHash, Instant notBefore) {}
}
