package dev.tollgate.semantic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Instant;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class NearestQuestionsTest {
  private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");
  private static final Instant LATER = NOW.plusSeconds(1);

  @Test
  void omitsExpiredQuestions() {
    NearestQuestions questions = new NearestQuestions(10);
    questions.add(vector(1, 0), "over", "a", NOW);
    questions.add(vector(1, 1), "still there", "b", LATER);

    assertEquals(List.of("still there"), questions(questions.findNearest(vector(1, 0), 0, NOW)));
    assertEquals(List.of(), questions.findNearest(vector(1, 0), 0, LATER));
  }

  @Test
  void returnsNearestFirst() {
    NearestQuestions questions = new NearestQuestions(10);
    questions.add(vector(0, 1), "across", "a", LATER);
    questions.add(vector(10, 1), "near", "b", LATER);
    questions.add(vector(1, 0), "same", "c", LATER);

    assertEquals(List.of("same", "near"), questions(questions.findNearest(vector(1, 0), 0.9, NOW)));
    assertEquals(1.0, questions.findNearest(vector(1, 0), 0.9, NOW).getFirst().similarity(), 1e-9);
    assertEquals("c", questions.findNearest(vector(1, 0), 0.9, NOW).getFirst().answerKey());
  }

  @Test
  void returnsNewestOfEquallyNearFirst() {
    NearestQuestions questions = new NearestQuestions(3);
    for (int i = 0; i < 5; i++) {
      questions.add(vector(1, 2), "question " + i, "key", LATER);
    }

    assertEquals(
        List.of("question 4", "question 3", "question 2"),
        questions(questions.findNearest(vector(1, 2), 0.9, NOW)));
  }

  @Test
  void evictsOldest() {
    NearestQuestions questions = new NearestQuestions(1000);
    for (int i = 0; i < 2500; i++) {
      questions.add(vector(i % 7 + 1, 1), "question " + i, "key", LATER);
    }

    assertEquals(1000, questions.size());
    List<String> found = questions(questions.findNearest(vector(3, 1), 0.9999, NOW));
    assertEquals(32, found.size());
    assertEquals("question 2494", found.getFirst());
  }

  @Test
  void scanMatchesPairwiseComparison() {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(42);
    NearestQuestions questions = new NearestQuestions(300);
    List<Embedding> embeddings =
        IntStream.range(0, 300).mapToObj(_ -> Embedding.of(random(random))).toList();
    for (int i = 0; i < 300; i++) {
      questions.add(embeddings.get(i), Integer.toString(i), "key", LATER);
    }
    Embedding query = Embedding.of(random(random));

    List<String> expected =
        IntStream.range(0, 300)
            .boxed()
            .filter(i -> embeddings.get(i).cosineSimilarity(query) >= 0.1)
            .sorted((a, b) -> compare(embeddings.get(b), embeddings.get(a), query))
            .limit(32)
            .map(i -> Integer.toString(i))
            .toList();
    assertEquals(expected, questions(questions.findNearest(query, 0.1, NOW)));
  }

  @Test
  void rejectsVectorsOfOtherDimensions() {
    NearestQuestions questions = new NearestQuestions(10);
    questions.add(vector(1, 2), "question", "key", LATER);

    assertThrows(
        IllegalArgumentException.class,
        () -> questions.add(vector(1, 2, 3), "question", "key", LATER));
    assertThrows(
        IllegalArgumentException.class, () -> questions.findNearest(vector(1, 2, 3), 0.5, NOW));
  }

  @Test
  void emptyPartitionHasNoNeighbours() {
    assertEquals(List.of(), new NearestQuestions(10).findNearest(vector(1, 2), 0.5, NOW));
  }

  private static int compare(Embedding one, Embedding other, Embedding query) {
    return Double.compare(one.cosineSimilarity(query), other.cosineSimilarity(query));
  }

  private static List<String> questions(List<NearestQuestions.Neighbour> neighbours) {
    return neighbours.stream().map(NearestQuestions.Neighbour::question).toList();
  }

  private static float[] random(RandomGenerator random) {
    float[] vector = new float[64];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = (float) random.nextGaussian();
    }
    return vector;
  }

  private static Embedding vector(float... components) {
    return Embedding.of(components);
  }
}
