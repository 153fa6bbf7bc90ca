package dev.tollgate.semantic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class StaticEmbedderTest {
  private final Embedder embedder = new StaticEmbedder();

  @Test
  void equivalentQuestionsHaveSimilarVectors() {
    assertTrue(
        cosine("How do I reset my password?", "Please tell me how to reset passwords") > 0.99);
  }

  @Test
  void similarityFollowsMeaning() {
    String query = "How do I cook rice?";

    assertTrue(cosine(query, "How do I cook noodles?") > cosine(query, "How do I cook a book?"));
    assertTrue(cosine(query, "How do I cook noodles?") > 0.5);
    assertTrue(cosine(query, "When is my tax return due?") < 0.2);
  }

  @Test
  void ignoresOrderOfWords() {
    assertEquals(1, cosine("convert JSON to XML", "convert XML to JSON"), 0.0001);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", " ", "?!", "how do I", "Как сменить пароль?", "パスワードを変更する", "password пароль"})
  void returnsNothingForUnsupportedText(String question) {
    assertEquals(Optional.empty(), embedder.embed(question));
  }

  @Test
  void returnsNothingForLongText() {
    assertEquals(Optional.empty(), embedder.embed("password ".repeat(300)));
  }

  @Test
  void embedsAccentsAndUnknownWords() {
    assertEquals(1, cosine("Where is the café?", "Where is the cafe?"), 0.0001);
    assertTrue(embedder.embed("What is a flibbertigibbetization?").isPresent());
  }

  @Test
  void isThreadSafe() {
    Embedding expected = embedder.embed("How do I reset my password?").orElseThrow();
    List<Embedding> found =
        IntStream.range(0, 200)
            .parallel()
            .mapToObj(_ -> new StaticEmbedder().embed("How do I reset my password?").orElseThrow())
            .distinct()
            .toList();

    assertEquals(List.of(expected), found);
  }

  @Test
  void tableMatchesItsChecksum() throws IOException, NoSuchAlgorithmException {
    List<String> checksums = Resources.lines("/semantic/SHA256SUMS");

    assertEquals(2, checksums.size());
    for (String line : checksums) {
      String[] parts = line.split("  ");
      try (InputStream file = Resources.class.getResourceAsStream("/semantic/" + parts[1])) {
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(file.readAllBytes());
        assertEquals(parts[0], HexFormat.of().formatHex(hash), parts[1]);
      }
    }
    assertEquals(30_522, EmbeddingTable.shared().rows());
    assertEquals(256, EmbeddingTable.shared().dimensions());
  }

  @Test
  void splitsWordsIntoLongestPieces() {
    Vocabulary vocabulary = Vocabulary.shared();

    assertEquals(1, vocabulary.wordPieces("password").size());
    // em, bed, ding, s: https://huggingface.co/docs/tokenizers returns these pieces, too.
    assertEquals(4, vocabulary.wordPieces("embeddings").size());
    assertEquals(List.of(), vocabulary.wordPieces("pass\u0457word"));
  }

  private double cosine(String one, String other) {
    return embedder.embed(one).orElseThrow().cosineSimilarity(embedder.embed(other).orElseThrow());
  }
}
