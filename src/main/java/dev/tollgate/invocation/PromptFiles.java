package dev.tollgate.invocation;

import dev.tollgate.prompt.PromptContent;
import dev.tollgate.prompt.PromptName;
import java.util.Optional;

/** Prompt files on a developer's machine. They take precedence over the registry. */
public interface PromptFiles {
  Optional<PromptContent> find(PromptName name);
}
