package dev.tollgate.semantic;

import java.util.Optional;

/** Computes the vector of a question. Questions of similar meaning have similar vectors. */
public interface Embedder {
  /**
   * The vector of a question. It is absent if the language is unknown, if there are no words, or if
   * an endpoint did not respond in time. The semantic cache then misses. It never throws.
   */
  Optional<Embedding> embed(String question);

  /**
   * The embedding model. Vectors of two models cannot be compared, so stores have its name in their
   * keys.
   */
  String model();
}
