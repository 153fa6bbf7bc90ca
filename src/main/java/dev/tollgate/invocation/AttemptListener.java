package dev.tollgate.invocation;

import dev.tollgate.provider.AdaptedRequest;
import dev.tollgate.provider.ModelProvider.Reply;

/** Is told of models that gave no answer. */
public interface AttemptListener {
  /**
   * A model was asked in vain.
   *
   * @param retried whether it is asked once more
   */
  void onFailure(AdaptedRequest candidate, Reply.Failure failure, boolean retried);
}
