package dev.tollgate.function.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.evaluation.suite.TestSuite;
import dev.tollgate.function.http.ErrorMapper;
import dev.tollgate.function.http.JsonText;
import dev.tollgate.json.JsonNodes;
import dev.tollgate.prompt.Gate;
import dev.tollgate.prompt.GateVerdict;
import dev.tollgate.prompt.LabelPointer;
import dev.tollgate.prompt.PromptDrift;
import dev.tollgate.prompt.PromptName;
import dev.tollgate.prompt.PromptRegistry;
import dev.tollgate.prompt.PromptState;
import dev.tollgate.prompt.PromptVersion;
import dev.tollgate.prompt.VersionSummary;
import dev.tollgate.prompt.content.PromptContent;
import dev.tollgate.prompt.content.PromptContentJson;
import dev.tollgate.prompt.content.PromptLint;
import dev.tollgate.prompt.content.TextDiff;
import java.util.List;
import java.util.Optional;

/** Responses about prompts and their versions. */
public final class PromptResponses {
  private PromptResponses() {}

  static ObjectNode list(List<PromptState> states) {
    ObjectNode response = JsonNodes.object();
    ArrayNode list = response.putArray("prompts");
    for (PromptState state : states) {
      ObjectNode prompt = list.addObject().put("name", state.name().value());
      JsonText.putInt(prompt, "active_version", state.active());
      prompt.put("latest_version", state.latest()).put("revision", state.revision());
    }
    return response;
  }

  static ObjectNode history(
      PromptState state, List<LabelPointer> labels, List<VersionSummary> versions) {
    ObjectNode response = JsonNodes.object().put("name", state.name().value());
    JsonText.putInt(response, "active_version", state.active());
    response
        .put("latest_version", state.latest())
        .put("revision", state.revision())
        .put("require_second_person", state.secondPersonRequired())
        .put("suite_hash", state.suiteHash().orElse(null));
    ObjectNode pointers = response.putObject("labels");
    labels.forEach(pointer -> pointers.put(pointer.label().value(), pointer.version()));
    ArrayNode list = response.putArray("versions");
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
    return response.put("cursor", more ? Integer.toString(versions.getLast().number()) : null);
  }

  static ObjectNode version(PromptRegistry.ResolvedVersion found, List<LabelPointer> labels) {
    PromptVersion version = found.version();
    int number = version.number();
    ObjectNode response =
        JsonNodes.object()
            .put("name", version.name().value())
            .put("version", number)
            .put("hash", version.content().hash())
            .put("version_hash", version.content().versionHash());
    response.setAll(PromptContentJson.write(version.content()));
    response
        .put("author", version.author())
        .put("registered_by", version.registeredBy())
        .put("notes", version.notes())
        .put("created", version.created().toString())
        .put("active", found.state().isActive(number))
        .put("frozen", found.state().isFrozen(number));
    ArrayNode names = response.putArray("labels");
    labels.stream()
        .filter(pointer -> pointer.version() == number)
        .forEach(pointer -> names.add(pointer.label().value()));
    return response;
  }

  static ObjectNode registration(
      PromptRegistry.Registration registration, List<PromptLint.Warning> warnings) {
    PromptVersion version = registration.version();
    ObjectNode response =
        JsonNodes.object()
            .put("name", version.name().value())
            .put("version", version.number())
            .put("hash", version.content().hash())
            .put("version_hash", version.content().versionHash())
            .put("created", version.created().toString())
            .put("existing", registration.existing());
    ArrayNode list = response.putArray("warnings");
    warnings.forEach(
        warning -> list.addObject().put("code", warning.code()).put("message", warning.message()));
    return response;
  }

  static ObjectNode activation(PromptName name, PromptRegistry.PointerUpdate update) {
    ObjectNode response =
        JsonNodes.object().put("name", name.value()).put("version", update.version());
    JsonText.putInt(response, "previous_version", update.previousVersion());
    return response.put("revision", update.revision());
  }

  static ObjectNode labels(PromptState state, List<LabelPointer> labels) {
    ObjectNode response = JsonNodes.object().put("name", state.name().value());
    ObjectNode pointers = response.putObject("labels");
    for (LabelPointer pointer : labels) {
      pointers
          .putObject(pointer.label().value())
          .put("version", pointer.version())
          .put("moved_by", pointer.movedBy())
          .put("moved_at", pointer.movedAt().toString());
    }
    return response.put("revision", state.revision());
  }

  static ObjectNode gate(PromptRegistry.ResolvedVersion found, Gate gate) {
    PromptVersion version = found.version();
    ObjectNode response =
        JsonNodes.object()
            .put("name", version.name().value())
            .put("version", version.number())
            .put("version_hash", version.content().versionHash())
            .put("suite_hash", found.state().suiteHash().orElse(null))
            .put("open", gate instanceof Gate.Open);
    ArrayNode missing = response.putArray("missing");
    Optional<GateVerdict> passed =
        switch (gate) {
          case Gate.Open(GateVerdict verdict) -> Optional.of(verdict);
          case Gate.Closed closed -> {
            missing.add(ErrorMapper.describeClosedGate(closed));
            yield Optional.empty();
          }
        };
    return response
        .put("run_id", passed.map(GateVerdict::runId).orElse(null))
        .put("passed_at", passed.map(verdict -> verdict.time().toString()).orElse(null));
  }

  static ObjectNode diff(PromptVersion from, PromptVersion to) {
    ObjectNode response =
        JsonNodes.object()
            .put("name", to.name().value())
            .put("from", from.number())
            .put("to", to.number());
    putDiff(
        response,
        from.name() + "@" + from.number(),
        from.content(),
        to.name() + "@" + to.number(),
        to.content());
    return response;
  }

  static ObjectNode drift(PromptName name, PromptContent file, PromptDrift drift) {
    ObjectNode response =
        JsonNodes.object()
            .put("name", name.value())
            .put("state", drift.state().id())
            .put("message", message(name, drift));
    ObjectNode ours =
        response.putObject("file").put("hash", file.hash()).put("version_hash", file.versionHash());
    JsonText.putInt(ours, "version", drift.matchingVersion());
    ObjectNode theirs = response.putObject("registry");
    Optional<PromptVersion> active = drift.active();
    theirs
        .put("active_version", active.map(PromptVersion::number).orElse(null))
        .put("latest_version", drift.promptState().map(PromptState::latest).orElse(null))
        .put("hash", active.map(version -> version.content().hash()).orElse(null))
        .put("version_hash", active.map(version -> version.content().versionHash()).orElse(null));
    if (active.isPresent()) {
      putDiff(
          response,
          name + "@" + active.get().number(),
          active.get().content(),
          name + " file",
          file);
    } else {
      response.putArray("changes");
      response.putNull("unified");
    }
    return response;
  }

  private static String message(PromptName name, PromptDrift drift) {
    String active = drift.active().map(it -> "version " + it.number()).orElse("no version");
    String registered =
        drift.matchingVersion().isPresent() ? "version " + drift.matchingVersion().getAsInt() : "";
    return switch (drift.state()) {
      case SAME -> "The file matches the active version: %s.".formatted(active);
      case MISSING_IN_REGISTRY ->
          "Prompt %s is not registered. Run `tollgate prompts push %s`.".formatted(name, name);
      case FILE_NEWER ->
          registered.isEmpty()
              ? "The file is newer than the registry, where %s is active. Push the file."
                  .formatted(active)
              : "The file is %s, but %s is active. Activate %s."
                  .formatted(registered, active, registered);
      case REGISTRY_EDITED ->
          "The registry is newer: the file is %s, but %s is active. Pull the prompt."
              .formatted(registered, active);
      case DIVERGED ->
          "Both changed: no version has the file's content, and the file's history lacks %s."
                  .formatted(active)
              + " Compare them, then pull or push.";
    };
  }

  private static void putDiff(
      ObjectNode response, String fromName, PromptContent from, String toName, PromptContent to) {
    ArrayNode changes = response.putArray("changes");
    for (PromptContentJson.FieldChange change : PromptContentJson.diff(from, to)) {
      ObjectNode entry = changes.addObject().put("field", change.field());
      entry.set("from", change.from().orElse(null));
      entry.set("to", change.to().orElse(null));
    }
    response.put("unified", TextDiff.unifiedDiff(fromName, from.template(), toName, to.template()));
  }

  /** A test suite, without the held-out cases, which prompt authors must not see. */
  static ObjectNode suite(PromptName name, TestSuite suite) {
    return JsonNodes.object()
        .put("name", name.value())
        .put("hash", suite.hash())
        .put("cases", suite.cases().size())
        .put("held_out", suite.heldOutCount());
  }
}
