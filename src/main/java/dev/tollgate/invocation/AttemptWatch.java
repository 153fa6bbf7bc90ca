package dev.tollgate.invocation;

import dev.tollgate.provider.Fitted;
import dev.tollgate.provider.ModelProvider.Reply;

/** Is told of models that gave no answer. */
public interface AttemptWatch {
  /**
   * A model was asked in vain.
   *
   * @param retried whether it is asked once more
   */
  void failed(Fitted asked, Reply.Failure failure, boolean retried);
}
