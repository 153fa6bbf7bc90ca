package dev.tollgate.function.http;

import dev.tollgate.prompt.PromptName;
import dev.tollgate.prompt.PromptState;
import dev.tollgate.prompt.PromptStore;

/** Prompt names as callers give them. */
public final class PromptNames {
  private PromptNames() {}

  public static PromptName parse(String param, String value) {
    if (!PromptName.isValid(value)) {
      throw new ApiException(
          ApiError.invalid(param, "A prompt's name must match " + PromptName.REGEX + "."));
    }
    return new PromptName(value);
  }

  public static ApiError invalidVersionRef(String param) {
    return ApiError.invalid(
        param, "A version is asked for by its number, production, latest or a label.");
  }

  public static ApiError promptNotAllowed(String keyId, PromptName name) {
    return ApiError.notAllowed(
        "prompt_not_allowed",
        "name",
        "Key %s may not use prompt %s: ask for a key that allows it.".formatted(keyId, name));
  }

  /** How a prompt stands, which must be there. */
  public static PromptState requireHead(PromptStore prompts, PromptName name) {
    return prompts.findState(name).orElseThrow(() -> new ApiException(promptNotFound(name)));
  }

  static ApiError promptNotFound(PromptName name) {
    return ApiError.notFound(
        "prompt_not_found",
        "name",
        "No prompt is named %s: register a version of it first.".formatted(name));
  }
}
