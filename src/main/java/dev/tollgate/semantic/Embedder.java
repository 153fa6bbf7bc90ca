package dev.tollgate.semantic;

import java.util.Optional;

/**
 * Turns a question into a vector, so that questions of like meaning get vectors that point alike.
 */
public interface Embedder {
  /**
   * The question's vector, or nothing if there is none: its language is not known, it has no words,
   * or whoever computes vectors did not answer in time. Without a vector the semantic cache misses.
   * Never throws.
   */
  Optional<Embedding> embed(String question);

  /**
   * Which vectors these are. Vectors of two models say nothing of each other, so it belongs into
   * the name of whatever holds them.
   */
  String model();
}
