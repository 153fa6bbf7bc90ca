package dev.tollgate.semantic;

import java.util.Locale;
import java.util.Optional;

/** Questions of the same words are alike, whatever they mean: what a veto is there for. */
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
