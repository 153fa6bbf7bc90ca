package dev.tollgate.semantic;

import dev.tollgate.semantic.LabelledPairs.Half;
import dev.tollgate.semantic.LabelledPairs.Pair;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * {@code make bench-semantic}: how often the semantic cache serves equivalent questions, and how
 * often questions that only look similar, by cosine alone and with the veto.
 */
final class SemanticBench {
  private static final double[] THRESHOLDS = {0.70, 0.75, 0.80, 0.85, 0.90, 0.92, 0.95, 0.97, 0.99};
  private static final double DEFAULT_THRESHOLD = 0.95;

  /** A pair and the result of the cache. */
  private record ScoredPair(Pair pair, double cosine, Optional<Veto.Reason> veto) {}

  private final Embedder embedder = new StaticEmbedder();
  private final Veto veto = new Veto();

  private SemanticBench() {}

  public static void main(String[] arguments) {
    new SemanticBench().run(LabelledPairs.read(Path.of(arguments[0])));
  }

  private void run(List<Pair> pairs) {
    for (Half half : Half.values()) {
      List<ScoredPair> judged =
          pairs.stream().filter(pair -> pair.half() == half).map(this::judge).toList();
      System.out.printf("%s half, %d pairs%n", name(half), judged.size());
      byThreshold(judged);
      byKind(judged);
    }
  }

  private ScoredPair judge(Pair pair) {
    Optional<Embedding> query = embedder.embed(pair.query());
    Optional<Embedding> cached = embedder.embed(pair.cached());
    double cosine =
        query.isPresent() && cached.isPresent() ? query.get().cosineSimilarity(cached.get()) : -1;
    return new ScoredPair(pair, cosine, veto.check(pair.query(), pair.cached()));
  }

  private static void byThreshold(List<ScoredPair> judged) {
    System.out.println("          cosine alone                             with the veto");
    System.out.println(
        "          hits                 wrong hits          hits                 wrong hits");
    for (double threshold : THRESHOLDS) {
      Predicate<ScoredPair> near = it -> it.cosine() >= threshold;
      Predicate<ScoredPair> served = near.and(it -> it.veto().isEmpty());
      System.out.printf(
          Locale.ROOT,
          "  %.2f    %s  %s   %s  %s%n",
          threshold,
          rate(judged, true, near),
          rate(judged, false, near),
          rate(judged, true, served),
          rate(judged, false, served));
    }
    System.out.println();
  }

  private static Rate rate(List<ScoredPair> judged, boolean same, Predicate<ScoredPair> served) {
    List<ScoredPair> those =
        judged.stream().filter(it -> it.pair().isParaphrase() == same).toList();
    return new Rate((int) those.stream().filter(served).count(), those.size());
  }

  private static void byKind(List<ScoredPair> judged) {
    System.out.printf(
        Locale.ROOT,
        "  served at %.2f    cosine alone          with the veto%n",
        DEFAULT_THRESHOLD);
    for (String kind : judged.stream().map(it -> it.pair().kind()).distinct().sorted().toList()) {
      List<ScoredPair> those = judged.stream().filter(it -> it.pair().kind().equals(kind)).toList();
      Stream<ScoredPair> near = those.stream().filter(it -> it.cosine() >= DEFAULT_THRESHOLD);
      Stream<ScoredPair> served =
          those.stream().filter(it -> it.cosine() >= DEFAULT_THRESHOLD && it.veto().isEmpty());
      System.out.printf(
          "  %-15s %s   %s%n",
          kind,
          new Rate((int) near.count(), those.size()),
          new Rate((int) served.count(), those.size()));
    }
    System.out.println();
  }

  private static String name(Half half) {
    return switch (half) {
      case TUNING -> "tuning";
      case HELD_OUT -> "held-out";
    };
  }
}
