package dev.tollgate.invocation;

import dev.tollgate.prompt.PromptName;
import dev.tollgate.prompt.content.PromptContent;
import java.util.Optional;

/** Prompt files on a developer's machine. They take precedence over the registry. */
public interface PromptFiles {
  Optional<PromptContent> find(PromptName name);
}
