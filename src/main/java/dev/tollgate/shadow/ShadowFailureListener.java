package dev.tollgate.shadow;

import dev.tollgate.prompt.PromptName;

/** Is told of served answers that were to be compared and cannot be. */
public interface ShadowFailureListener {
  void onFailure(PromptName prompt, String reason);
}
