package dev.tollgate.function.http;

import dev.tollgate.prompt.Gate;
import dev.tollgate.prompt.PromptError;
import dev.tollgate.prompt.PromptName;
import dev.tollgate.prompt.PromptResult;
import java.util.Optional;

/** Maps errors of the prompt registry to API errors. */
public final class ErrorMapper {
  private ErrorMapper() {}

  /** Returns the value of a result, or throws its error. */
  public static <T> T orThrow(PromptResult<T> result) {
    return switch (result) {
      case PromptResult.Ok<T>(T value) -> value;
      case PromptResult.Err<T>(PromptError error) -> throw new ApiException(toApiError(error));
    };
  }

  public static ApiError toApiError(PromptError error) {
    return switch (error) {
      case PromptError.UnknownPrompt(PromptName name) -> PromptNames.promptNotFound(name);
      case PromptError.UnknownVersion(var name, int version, int latest) ->
          ApiError.notFound(
              "version_not_found",
              "version",
              "Prompt %s has no version %d. Its latest version is %d."
                  .formatted(name, version, latest));
      case PromptError.UnknownLabel(var name, var label) ->
          ApiError.notFound(
              "label_not_found",
              "label",
              "Prompt %s has no label %s. Set the label first.".formatted(name, label));
      case PromptError.NoActiveVersion(var name) ->
          ApiError.notFound(
              "no_active_version",
              "name",
              "Prompt %s has no active version. Activate one first.".formatted(name));
      case PromptError.RevisionMismatch(var name, long expected, long actual) ->
          new ApiError(
              412,
              "precondition_failed_error",
              "revision_changed",
              "Prompt %s was modified: its revision is %d, not %d. Read it again and retry."
                  .formatted(name, actual, expected),
              Optional.of("if-match"));
      case PromptError.GateClosed(var name, int version, Gate.Closed gate) ->
          ApiError.conflict(
              "gate_closed",
              "version",
              "Cannot activate %s v%d: %s. %s, or (admin) use --force --reason \"...\"."
                  .formatted(name, version, describeClosedGate(gate), gateRemedy(name, gate)));
      case PromptError.VersionFrozen(var name, int version) ->
          ApiError.conflict(
              "version_frozen",
              "version",
              "Version %d of %s is frozen. Unfreeze it first.".formatted(version, name));
      case PromptError.SecondPersonRequired(var name, int version, String registeredBy) ->
          ApiError.conflict(
              "second_person_required",
              "version",
              "Version %d of %s was registered with key %s. Activate it with the key of another person."
                  .formatted(version, name, registeredBy));
      case PromptError.NoPreviousVersion(var name) ->
          ApiError.conflict(
              "nothing_to_roll_back_to",
              "to_version",
              "Nothing to roll back to: no earlier unfrozen version of %s was active."
                  .formatted(name));
      case PromptError.NeverActive(var name, int version) ->
          ApiError.conflict(
              "version_never_active",
              "to_version",
              "Version %d of %s was never active. Activate it instead.".formatted(version, name));
      case PromptError.NoLongerActive(var name, int version, _) ->
          ApiError.conflict(
              "version_not_active",
              "version",
              "Version %d of %s is no longer active. Nothing was changed."
                  .formatted(version, name));
      case PromptError.CannotFreezeActive(var name, int version) ->
          ApiError.conflict(
              "version_active",
              "version",
              "Version %d of %s is active. Roll back first.".formatted(version, name));
    };
  }

  private static String gateRemedy(PromptName name, Gate.Closed gate) {
    return gate instanceof Gate.NoSuite
        ? "Add prompts/%s.tests.yaml and run `tollgate prompts push %s`".formatted(name, name)
        : "Run `tollgate prompts test %s`".formatted(name);
  }

  /** The reason why a gate is closed. */
  public static String describeClosedGate(Gate.Closed gate) {
    return switch (gate) {
      case Gate.NoSuite() -> "the prompt has no test suite";
      case Gate.NotRun _ -> "no passed run of the current test suite";
      case Gate.Failed(var verdict) ->
          "run %s of the current test suite failed".formatted(verdict.runId());
      case Gate.Expired(var verdict) ->
          "the last passed run %s is older than %d days"
              .formatted(verdict.runId(), Gate.VALIDITY.toDays());
    };
  }
}
