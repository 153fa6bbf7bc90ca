package dev.tollgate.function;

import dev.tollgate.invocation.PromptFiles;
import dev.tollgate.prompt.PromptContent;
import dev.tollgate.prompt.PromptName;
import jakarta.inject.Singleton;
import java.util.Optional;

/** Prompt files. */
@Singleton
class DevelopmentPromptFiles implements PromptFiles {
  @Override
  public Optional<PromptContent> find(PromptName name) {
    return Optional.empty();
  }
}
