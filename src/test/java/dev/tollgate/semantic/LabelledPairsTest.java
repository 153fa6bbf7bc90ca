package dev.tollgate.semantic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.semantic.LabelledPairs.Half;
import dev.tollgate.semantic.LabelledPairs.Pair;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The claims of {@code docs/semantic-cache.md}, at the default threshold. */
final class LabelledPairsTest {
  private static final List<Pair> PAIRS =
      LabelledPairs.read(Path.of("infra/semantic/labelled-pairs.yaml"));
  private static final double THRESHOLD = 0.95;

  private final Embedder embedder = new StaticEmbedder();
  private final Veto veto = new Veto();

  @ParameterizedTest
  @EnumSource
  void servesNoWrongResponse(Half half) {
    List<Pair> wrong =
        PAIRS.stream()
            .filter(pair -> pair.half() == half && !pair.isParaphrase() && isServed(pair))
            .toList();

    assertEquals(List.of(), wrong);
  }

  @ParameterizedTest
  @EnumSource
  void servesHalfOfEquivalentQuestions(Half half) {
    List<Pair> paraphrases =
        PAIRS.stream().filter(pair -> pair.half() == half && pair.isParaphrase()).toList();

    assertTrue(2 * paraphrases.stream().filter(this::isServed).count() >= paraphrases.size());
  }

  /** Otherwise the veto would be unnecessary. */
  @Test
  void cosinesAloneServeWrongResponses() {
    long wrong =
        PAIRS.stream().filter(pair -> !pair.isParaphrase() && cosine(pair) >= THRESHOLD).count();

    assertTrue(wrong > 50, wrong + " wrong hits");
  }

  @Test
  void setIsLargeAndDiverse() {
    Set<String> domains = PAIRS.stream().map(Pair::domain).collect(Collectors.toSet());

    assertTrue(PAIRS.size() >= 400);
    assertTrue(domains.size() >= 6);
  }

  private boolean isServed(Pair pair) {
    return cosine(pair) >= THRESHOLD && veto.check(pair.query(), pair.cached()).isEmpty();
  }

  private double cosine(Pair pair) {
    return embedder
        .embed(pair.query())
        .orElseThrow()
        .cosineSimilarity(embedder.embed(pair.cached()).orElseThrow());
  }
}
