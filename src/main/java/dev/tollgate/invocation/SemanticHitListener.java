package dev.tollgate.invocation;

/** Is told of answers that were given to one question and served for another. */
public interface SemanticHitListener {
  /** Called when the hit is on record and before the answer leaves. Quick, and never throws. */
  void onHit(SemanticHit hit);
}
