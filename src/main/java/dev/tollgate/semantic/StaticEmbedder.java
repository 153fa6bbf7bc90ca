package dev.tollgate.semantic;

import jakarta.inject.Singleton;
import java.util.Locale;
import java.util.Optional;

/** Adds up one vector per word, so that questions of the same words get the same vector. */
@Singleton
class StaticEmbedder implements Embedder {
  private static final int DIMENSIONS = 256;

  @Override
  public Optional<Embedding> embed(String question) {
    float[] sum = new float[DIMENSIONS];
    boolean any = false;
    for (String word : question.toLowerCase(Locale.ROOT).split("[^a-z0-9]+")) {
      if (!word.isEmpty()) {
        any = true;
        sum[Math.floorMod(word.hashCode(), DIMENSIONS)] += 1;
      }
    }
    return any ? Optional.of(Embedding.of(sum)) : Optional.empty();
  }

  @Override
  public String model() {
    return "words-1";
  }
}
