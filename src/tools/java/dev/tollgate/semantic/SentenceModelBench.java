package dev.tollgate.semantic;

import ai.onnxruntime.OrtException;
import dev.tollgate.semantic.LabelledPairs.Half;
import dev.tollgate.semantic.LabelledPairs.Pair;
import dev.tollgate.tools.SentenceModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * {@code make bench-sentence-model}: how well a cosine alone does with the model that the table was
 * made of, when it reads whole questions.
 */
final class SentenceModelBench {
  private static final int UNKNOWN = 100;

  private record Measured(Pair pair, double cosine) {}

  private SentenceModelBench() {}

  public static void main(String[] arguments) throws IOException, OrtException {
    List<Measured> measured = new ArrayList<>();
    try (SentenceModel model = new SentenceModel()) {
      for (Pair pair : LabelledPairs.read(Path.of(arguments[0]))) {
        measured.add(
            new Measured(
                pair,
                cosine(model.embed(pieces(pair.query())), model.embed(pieces(pair.cached())))));
      }
    }
    for (Half half : Half.values()) {
      System.out.printf("%s%n          hits                 wrong hits%n", half);
      for (double threshold : new double[] {0.70, 0.80, 0.90, 0.95, 0.99}) {
        System.out.printf(
            Locale.ROOT,
            "  %.2f    %s  %s%n",
            threshold,
            rate(measured, half, true, threshold),
            rate(measured, half, false, threshold));
      }
    }
  }

  private static Rate rate(List<Measured> measured, Half half, boolean same, double threshold) {
    List<Measured> those =
        measured.stream()
            .filter(it -> it.pair().half() == half && it.pair().isParaphrase() == same)
            .toList();
    return new Rate(
        (int) those.stream().filter(it -> it.cosine() >= threshold).count(), those.size());
  }

  /**
   * As the model was trained: words and signs in lower case, in the longest pieces that are known.
   */
  private static List<Integer> pieces(String question) {
    List<Integer> pieces = new ArrayList<>();
    for (String word : question.toLowerCase(Locale.ROOT).split("\\s+|(?=\\p{P})|(?<=\\p{P})")) {
      List<Integer> known = Vocabulary.shared().wordPieces(word);
      pieces.addAll(known.isEmpty() && !word.isEmpty() ? List.of(UNKNOWN) : known);
    }
    return pieces;
  }

  private static double cosine(double[] one, double[] other) {
    double dot = 0;
    double ones = 0;
    double others = 0;
    for (int i = 0; i < one.length; i++) {
      dot += one[i] * other[i];
      ones += one[i] * one[i];
      others += other[i] * other[i];
    }
    return dot / Math.sqrt(ones * others);
  }
}
