package dev.tollgate.semantic;

import java.text.Normalizer;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Adds one vector per word with a meaning. It takes microseconds and ignores the order of words,
 * which the {@link Veto} compares.
 *
 * <p>It uses the names that words share with their forms and synonyms, without fillers. So two
 * wordings of one question are nearer than in the original model. It supports English; a question
 * with letters of another script has no vector.
 */
final class StaticEmbedder implements Embedder {
  private static final Pattern COMBINING_MARKS = Pattern.compile("\\p{Mn}");

  @Override
  public Optional<Embedding> embed(String question) {
    if (question.length() > Veto.MAX_CHARACTERS
        || !question.codePoints().allMatch(this::isSupported)) {
      return Optional.empty();
    }
    ParsedQuestion parsed = QuestionParser.parse(question, Lexicon.english());
    EmbeddingTable table = EmbeddingTable.shared();
    float[] sum = new float[table.dimensions()];
    boolean any = false;
    for (ParsedQuestion.Word word : parsed.words()) {
      for (String part : word.name().split(" ")) {
        List<Integer> pieces = Vocabulary.shared().wordPieces(withoutAccents(part));
        pieces.forEach(piece -> table.addTo(sum, piece));
        any |= !pieces.isEmpty();
      }
    }
    return any ? Optional.of(Embedding.of(sum)) : Optional.empty();
  }

  @Override
  public String model() {
    return "minilm-l6-v2-static-256-1";
  }

  private static String withoutAccents(String word) {
    return COMBINING_MARKS.matcher(Normalizer.normalize(word, Normalizer.Form.NFKD)).replaceAll("");
  }

  private boolean isSupported(int character) {
    return !Character.isLetter(character)
        || Character.UnicodeScript.of(character) == Character.UnicodeScript.LATIN;
  }
}
