package dev.tollgate.shadow;

import dev.tollgate.prompt.PromptName;

/** Is told of served answers that were to be compared and cannot be. */
public interface LostShadows {
  void add(PromptName prompt, String reason);
}
