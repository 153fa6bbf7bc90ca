package dev.tollgate.invocation;

import dev.tollgate.prompt.PromptContent;
import dev.tollgate.prompt.PromptName;
import java.util.Optional;

/** Prompts in files, which on a developer's machine go before those of the registry. */
public interface PromptFiles {
  Optional<PromptContent> find(PromptName name);
}
