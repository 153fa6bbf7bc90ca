package dev.tollgate.function.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.prompt.PromptName;
import dev.tollgate.prompt.PromptState;
import dev.tollgate.prompt.PromptStore;
import dev.tollgate.prompt.VersionRef;
import java.util.Set;

/** Reads and checks prompt names in requests. */
public final class PromptNames {
  private PromptNames() {}

  public static PromptName parse(String param, String value) {
    if (!PromptName.isValid(value)) {
      throw new ApiException(
          ApiError.invalid(param, "A prompt's name must match " + PromptName.REGEX + "."));
    }
    return new PromptName(value);
  }

  /** Parses a version: a number, {@code production}, {@code latest} or a label. */
  public static VersionRef parseVersion(String param, String value) {
    return VersionRef.parse(value)
        .orElseThrow(
            () ->
                new ApiException(
                    ApiError.invalid(
                        param, "A version must be a number, production, latest or a label.")));
  }

  /** Removes the field {@code name} from the fields of an action, and parses it. */
  public static PromptName take(ObjectNode fields) {
    JsonNode name = fields.remove("name");
    return parse("name", name == null ? "" : name.asText());
  }

  /** The field {@code name} of an action that has no other field. */
  public static PromptName takeOnly(ObjectNode fields) {
    PromptName name = take(fields);
    RequestFields unused = new RequestFields(fields, Set.of());
    return name;
  }

  public static ApiError promptNotAllowed(String keyId, PromptName name) {
    return ApiError.notAllowed(
        "prompt_not_allowed",
        "name",
        "Key %s cannot use prompt %s. Request a key that allows it.".formatted(keyId, name));
  }

  /** The state of a prompt, which must exist. */
  public static PromptState requireState(PromptStore prompts, PromptName name) {
    return prompts.findState(name).orElseThrow(() -> new ApiException(promptNotFound(name)));
  }

  static ApiError promptNotFound(PromptName name) {
    return ApiError.notFound(
        "prompt_not_found",
        "name",
        "Prompt \"%s\" not found. Register a version of it first.".formatted(name));
  }
}
