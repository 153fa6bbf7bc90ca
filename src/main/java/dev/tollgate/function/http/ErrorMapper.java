package dev.tollgate.function.http;

import dev.tollgate.prompt.Gate;
import dev.tollgate.prompt.PromptError;
import dev.tollgate.prompt.PromptName;
import dev.tollgate.prompt.PromptResult;
import java.util.Optional;

/** Says to callers why a prompt was not changed, and what to do about it. */
public final class ErrorMapper {
  private ErrorMapper() {}

  /** The value of an outcome, or the end of the request with the reason why there is none. */
  public static <T> T orThrow(PromptResult<T> outcome) {
    return switch (outcome) {
      case PromptResult.Ok<T>(T value) -> value;
      case PromptResult.Err<T>(PromptError refusal) -> throw new ApiException(toApiError(refusal));
    };
  }

  public static ApiError toApiError(PromptError refusal) {
    return switch (refusal) {
      case PromptError.UnknownPrompt(PromptName name) -> PromptNames.promptNotFound(name);
      case PromptError.UnknownVersion(var name, int version, int latest) ->
          ApiError.notFound(
              "version_not_found",
              "version",
              "Prompt %s has no version %d: its latest is %d.".formatted(name, version, latest));
      case PromptError.UnknownLabel(var name, var label) ->
          ApiError.notFound(
              "label_not_found",
              "label",
              "Prompt %s has no label %s: set it first.".formatted(name, label));
      case PromptError.NoActiveVersion(var name) ->
          ApiError.notFound(
              "no_active_version",
              "name",
              "Prompt %s has no active version: activate one.".formatted(name));
      case PromptError.RevisionMismatch(var name, long expected, long actual) ->
          new ApiError(
              412,
              "precondition_failed_error",
              "revision_changed",
              "Prompt %s is at revision %d and no longer at %d: look again and decide anew."
                  .formatted(name, actual, expected),
              Optional.of("if-match"));
      case PromptError.GateClosed(var name, int version, Gate.Closed gate) ->
          ApiError.conflict(
              "gate_closed",
              "version",
              "Version %d of %s may not go into production: %s. An admin may force it with a reason."
                  .formatted(version, name, describeClosedGate(gate)));
      case PromptError.VersionFrozen(var name, int version) ->
          ApiError.conflict(
              "version_frozen",
              "version",
              "Version %d of %s is frozen: unfreeze it first.".formatted(version, name));
      case PromptError.SecondPersonRequired(var name, int version, String registeredBy) ->
          ApiError.conflict(
              "second_person_required",
              "version",
              "Version %d of %s was registered with the key %s: another key must activate it."
                  .formatted(version, name, registeredBy));
      case PromptError.NoPreviousVersion(var name) ->
          ApiError.conflict(
              "nothing_to_roll_back_to",
              "to_version",
              "Prompt %s had no other version in production before that is not frozen."
                  .formatted(name));
      case PromptError.NeverActive(var name, int version) ->
          ApiError.conflict(
              "version_never_active",
              "to_version",
              "Version %d of %s was never in production: activate it instead."
                  .formatted(version, name));
      case PromptError.NoLongerActive(var name, int version, _) ->
          ApiError.conflict(
              "version_not_active",
              "version",
              "Version %d of %s is no longer in production: nothing was moved."
                  .formatted(version, name));
      case PromptError.CannotFreezeActive(var name, int version) ->
          ApiError.conflict(
              "version_active",
              "version",
              "Version %d of %s is in production: roll back first.".formatted(version, name));
    };
  }

  /** What a closed gate waits for. */
  public static String describeClosedGate(Gate.Closed gate) {
    return switch (gate) {
      case Gate.NoSuite() -> "the prompt has no suite of tests yet";
      case Gate.NotRun _ -> "it has not been run against the current suite";
      case Gate.Failed(var verdict) -> "it failed the current suite in run " + verdict.runId();
      case Gate.Expired(var verdict) ->
          "its last passed run, %s, is older than %d days"
              .formatted(verdict.runId(), Gate.VALIDITY.toDays());
    };
  }
}
