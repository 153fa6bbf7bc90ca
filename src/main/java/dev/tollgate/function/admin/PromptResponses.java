package dev.tollgate.function.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.evaluation.suite.TestSuite;
import dev.tollgate.function.http.ErrorMapper;
import dev.tollgate.prompt.Gate;
import dev.tollgate.prompt.GateVerdict;
import dev.tollgate.prompt.LabelPointer;
import dev.tollgate.prompt.PromptContent;
import dev.tollgate.prompt.PromptContentJson;
import dev.tollgate.prompt.PromptDrift;
import dev.tollgate.prompt.PromptLint;
import dev.tollgate.prompt.PromptName;
import dev.tollgate.prompt.PromptRegistry;
import dev.tollgate.prompt.PromptState;
import dev.tollgate.prompt.PromptVersion;
import dev.tollgate.prompt.TextDiff;
import dev.tollgate.prompt.VersionSummary;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** What the registry says, as JSON. */
public final class PromptResponses {
  private PromptResponses() {}

  static ObjectNode heads(List<PromptState> heads) {
    ObjectNode answer = object();
    ArrayNode list = answer.putArray("prompts");
    for (PromptState state : heads) {
      ObjectNode prompt = list.addObject().put("name", state.name().value());
      putVersion(prompt, "active_version", state.active());
      prompt.put("latest_version", state.latest()).put("revision", state.revision());
    }
    return answer;
  }

  static ObjectNode history(
      PromptState state, List<LabelPointer> labels, List<VersionSummary> versions) {
    ObjectNode answer = object().put("name", state.name().value());
    putVersion(answer, "active_version", state.active());
    answer
        .put("latest_version", state.latest())
        .put("revision", state.revision())
        .put("require_second_person", state.secondPersonRequired())
        .put("suite_hash", state.suiteHash().orElse(null));
    ObjectNode pointers = answer.putObject("labels");
    labels.forEach(pointer -> pointers.put(pointer.label().value(), pointer.version()));
    ArrayNode list = answer.putArray("versions");
    for (VersionSummary version : versions) {
      list.addObject()
          .put("version", version.number())
          .put("hash", version.hash())
          .put("version_hash", version.versionHash())
          .put("author", version.author())
          .put("active", state.isActive(version.number()))
          .put("frozen", state.isFrozen(version.number()))
          .put("created", version.created().toString())
          .put("notes", version.notes());
    }
    boolean more = !versions.isEmpty() && versions.getLast().number() > 1;
    return answer.put("cursor", more ? Integer.toString(versions.getLast().number()) : null);
  }

  static ObjectNode version(PromptRegistry.ResolvedVersion found, List<LabelPointer> labels) {
    PromptVersion version = found.version();
    int number = version.number();
    ObjectNode answer =
        object()
            .put("name", version.name().value())
            .put("version", number)
            .put("hash", version.content().hash())
            .put("version_hash", version.content().versionHash());
    answer.setAll(PromptContentJson.write(version.content()));
    answer
        .put("author", version.author())
        .put("registered_by", version.registeredBy())
        .put("notes", version.notes())
        .put("created", version.created().toString())
        .put("active", found.state().isActive(number))
        .put("frozen", found.state().isFrozen(number));
    ArrayNode names = answer.putArray("labels");
    labels.stream()
        .filter(pointer -> pointer.version() == number)
        .forEach(pointer -> names.add(pointer.label().value()));
    return answer;
  }

  static ObjectNode registration(
      PromptRegistry.Registration registration, List<PromptLint.Warning> warnings) {
    PromptVersion version = registration.version();
    ObjectNode answer =
        object()
            .put("name", version.name().value())
            .put("version", version.number())
            .put("hash", version.content().hash())
            .put("version_hash", version.content().versionHash())
            .put("created", version.created().toString())
            .put("existing", registration.existing());
    ArrayNode list = answer.putArray("warnings");
    warnings.forEach(
        warning -> list.addObject().put("code", warning.code()).put("message", warning.message()));
    return answer;
  }

  static ObjectNode activation(PromptName name, PromptRegistry.PointerUpdate moved) {
    ObjectNode answer = object().put("name", name.value()).put("version", moved.version());
    putVersion(answer, "previous_version", moved.previousVersion());
    return answer.put("revision", moved.revision());
  }

  static ObjectNode labels(PromptState state, List<LabelPointer> labels) {
    ObjectNode answer = object().put("name", state.name().value());
    ObjectNode pointers = answer.putObject("labels");
    for (LabelPointer pointer : labels) {
      pointers
          .putObject(pointer.label().value())
          .put("version", pointer.version())
          .put("moved_by", pointer.movedBy())
          .put("moved_at", pointer.movedAt().toString());
    }
    return answer.put("revision", state.revision());
  }

  static ObjectNode gate(PromptRegistry.ResolvedVersion found, Gate gate) {
    PromptVersion version = found.version();
    ObjectNode answer =
        object()
            .put("name", version.name().value())
            .put("version", version.number())
            .put("version_hash", version.content().versionHash())
            .put("suite_hash", found.state().suiteHash().orElse(null))
            .put("open", gate instanceof Gate.Open);
    ArrayNode missing = answer.putArray("missing");
    Optional<GateVerdict> passed =
        switch (gate) {
          case Gate.Open(GateVerdict verdict) -> Optional.of(verdict);
          case Gate.Closed closed -> {
            missing.add(ErrorMapper.describeClosedGate(closed));
            yield Optional.empty();
          }
        };
    return answer
        .put("run_id", passed.map(GateVerdict::runId).orElse(null))
        .put("passed_at", passed.map(verdict -> verdict.time().toString()).orElse(null));
  }

  static ObjectNode diff(PromptVersion from, PromptVersion to) {
    ObjectNode answer =
        object().put("name", to.name().value()).put("from", from.number()).put("to", to.number());
    putDiff(
        answer,
        from.name() + "@" + from.number(),
        from.content(),
        to.name() + "@" + to.number(),
        to.content());
    return answer;
  }

  static ObjectNode drift(PromptName name, PromptContent file, PromptDrift drift) {
    ObjectNode answer =
        object()
            .put("name", name.value())
            .put("state", drift.state().id())
            .put("message", message(name, drift));
    ObjectNode ours =
        answer.putObject("file").put("hash", file.hash()).put("version_hash", file.versionHash());
    putVersion(ours, "version", drift.matchingVersion());
    ObjectNode theirs = answer.putObject("registry");
    Optional<PromptVersion> active = drift.active();
    theirs
        .put("active_version", active.map(PromptVersion::number).orElse(null))
        .put("latest_version", drift.promptState().map(PromptState::latest).orElse(null))
        .put("hash", active.map(version -> version.content().hash()).orElse(null))
        .put("version_hash", active.map(version -> version.content().versionHash()).orElse(null));
    if (active.isPresent()) {
      putDiff(
          answer, name + "@" + active.get().number(), active.get().content(), name + " file", file);
    } else {
      answer.putArray("changes");
      answer.putNull("unified");
    }
    return answer;
  }

  private static String message(PromptName name, PromptDrift drift) {
    String active = drift.active().map(it -> "version " + it.number()).orElse("no version");
    String registered =
        drift.matchingVersion().isPresent() ? "version " + drift.matchingVersion().getAsInt() : "";
    return switch (drift.state()) {
      case SAME -> "The file is what is in production: %s.".formatted(active);
      case MISSING_IN_REGISTRY -> "The registry knows no prompt %s: push it.".formatted(name);
      case FILE_NEWER ->
          registered.isEmpty()
              ? "The file is newer than the registry, where %s is active: push it."
                  .formatted(active)
              : "The file is %s, which is not active yet; %s is: activate it."
                  .formatted(registered, active);
      case REGISTRY_EDITED ->
          "The registry has moved on: the file is %s, but %s is active: pull it."
              .formatted(registered, active);
      case DIVERGED ->
          "Both were edited: no version has the file's content, and its history not that of %s."
                  .formatted(active)
              + " Compare them, then pull or push.";
    };
  }

  private static void putDiff(
      ObjectNode answer, String fromName, PromptContent from, String toName, PromptContent to) {
    ArrayNode changes = answer.putArray("changes");
    for (PromptContentJson.FieldChange change : PromptContentJson.diff(from, to)) {
      ObjectNode entry = changes.addObject().put("field", change.field());
      entry.set("from", change.from().orElse(null));
      entry.set("to", change.to().orElse(null));
    }
    answer.put("unified", TextDiff.unifiedDiff(fromName, from.template(), toName, to.template()));
  }

  public static void putVersion(ObjectNode answer, String field, OptionalInt version) {
    if (version.isPresent()) {
      answer.put(field, version.getAsInt());
    } else {
      answer.putNull(field);
    }
  }

  /**
   * What a suite holds. The texts of the cases that are held out are given to nobody who could
   * write a prompt by them.
   */
  static ObjectNode suite(PromptName name, TestSuite suite) {
    return object()
        .put("name", name.value())
        .put("hash", suite.hash())
        .put("cases", suite.cases().size())
        .put("held_out", suite.heldOutCount());
  }

  public static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }
}
