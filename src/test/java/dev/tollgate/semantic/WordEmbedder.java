package dev.tollgate.semantic;

import java.util.Locale;
import java.util.Optional;

/** Questions of equal words have equal vectors, whatever they mean. */
public final class WordEmbedder implements Embedder {
  private static final int DIMENSIONS = 256;

  @Override
  public Optional<Embedding> embed(String question) {
    float[] counts = new float[DIMENSIONS];
    boolean any = false;
    for (String word : question.toLowerCase(Locale.ROOT).split("\\W+")) {
      if (!word.isEmpty()) {
        counts[Math.floorMod(word.hashCode(), DIMENSIONS)]++;
        any = true;
      }
    }
    return any ? Optional.of(Embedding.of(counts)) : Optional.empty();
  }

  @Override
  public String model() {
    return "words";
  }
}
