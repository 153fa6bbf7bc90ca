package dev.tollgate.semantic;

import java.text.Normalizer;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Adds up one vector per word that says something. It takes microseconds and is blind to the order
 * of words, which the {@link Veto} is not.
 *
 * <p>Words are taken by the names they share with their forms and synonyms, without those that add
 * nothing, so that two wordings of one question lie closer than in the model that the vectors are
 * from. It knows English; a question with letters of another script has no vector.
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
