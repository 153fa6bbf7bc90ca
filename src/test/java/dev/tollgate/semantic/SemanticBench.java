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
 * {@code make bench-semantic}: how often the semantic cache serves a question asked in other words,
 * and how often one that only looks like it, by cosine alone and with the veto.
 */
final class SemanticBench {
  private static final double[] THRESHOLDS = {0.70, 0.75, 0.80, 0.85, 0.90, 0.92, 0.95, 0.97, 0.99};
  private static final double DEFAULT_THRESHOLD = 0.95;

  /** A pair with what the cache would make of it. */
  private record Judged(Pair pair, double cosine, Optional<Veto.Reason> veto) {}

  private final Embedder embedder = new StaticEmbedder();
  private final Veto veto = new Veto();

  private SemanticBench() {}

  public static void main(String[] arguments) {
    new SemanticBench().run(LabelledPairs.read(Path.of(arguments[0])));
  }

  private void run(List<Pair> pairs) {
    for (Half half : Half.values()) {
      List<Judged> judged =
          pairs.stream().filter(pair -> pair.half() == half).map(this::judge).toList();
      System.out.printf("%s half, %d pairs%n", name(half), judged.size());
      byThreshold(judged);
      byKind(judged);
    }
  }

  private Judged judge(Pair pair) {
    Optional<Embedding> asked = embedder.embed(pair.asked());
    Optional<Embedding> kept = embedder.embed(pair.kept());
    double cosine =
        asked.isPresent() && kept.isPresent() ? asked.get().cosineSimilarity(kept.get()) : -1;
    return new Judged(pair, cosine, veto.check(pair.asked(), pair.kept()));
  }

  private static void byThreshold(List<Judged> judged) {
    System.out.println("          cosine alone                             with the veto");
    System.out.println(
        "          hits                 wrong hits          hits                 wrong hits");
    for (double threshold : THRESHOLDS) {
      Predicate<Judged> near = it -> it.cosine() >= threshold;
      Predicate<Judged> served = near.and(it -> it.veto().isEmpty());
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

  private static Rate rate(List<Judged> judged, boolean same, Predicate<Judged> served) {
    List<Judged> those = judged.stream().filter(it -> it.pair().mayBeShared() == same).toList();
    return new Rate((int) those.stream().filter(served).count(), those.size());
  }

  private static void byKind(List<Judged> judged) {
    System.out.printf(
        Locale.ROOT,
        "  served at %.2f    cosine alone          with the veto%n",
        DEFAULT_THRESHOLD);
    for (String kind : judged.stream().map(it -> it.pair().kind()).distinct().sorted().toList()) {
      List<Judged> those = judged.stream().filter(it -> it.pair().kind().equals(kind)).toList();
      Stream<Judged> near = those.stream().filter(it -> it.cosine() >= DEFAULT_THRESHOLD);
      Stream<Judged> served =
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
