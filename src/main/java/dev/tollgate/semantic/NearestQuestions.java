package dev.tollgate.semantic;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * The newest questions of one partition, and a search through all of them. Ten thousand are scanned
 * in a few milliseconds, so there is no index that could miss the nearest.
 */
public final class NearestQuestions {
  /**
   * How many neighbours a search returns at most. A crowd of near-misses, such as one question
   * about many order numbers, must not hide the one that is the same; nor may it cost seconds.
   */
  private static final int MOST_NEIGHBOURS = 32;

  private static final int FIRST_CAPACITY = 64;

  /**
   * How many components are compared before it is asked whether the others can still make two
   * vectors near. The table's come in the order of what they say, so that most vectors end here.
   */
  private static final int HEAD = 48;

  /**
   * A question that is kept.
   *
   * @param answerKey where its answer is
   * @param similarity the cosine to the question that was asked
   */
  public record Neighbour(String question, String answerKey, double similarity) {}

  private final int most;
  private String[] questions = new String[0];
  private String[] answerKeys = new String[0];
  private long[] ends = new long[0];
  private double[] lengths = new double[0];
  private double[] tails = new double[0];
  private byte[] vectors = new byte[0];
  private int dimensions;
  private int size;

  /** Where the next question goes once the partition is full: the place of the oldest. */
  private int next;

  /**
   * An empty partition.
   *
   * @param most how many questions it holds before the oldest is forgotten
   */
  public NearestQuestions(int most) {
    if (most < 1) {
      throw new IllegalArgumentException("a partition must hold at least one question: " + most);
    }
    this.most = most;
  }

  /**
   * Keeps a question, and forgets the oldest if there are too many.
   *
   * @param until when it is to be found no more
   * @throws IllegalArgumentException if its embedding has other dimensions than those held
   */
  public synchronized void add(
      Embedding embedding, String question, String answerKey, Instant until) {
    if (size == 0) {
      dimensions = embedding.dimensions();
    }
    requireDimensions(embedding);
    int place = next;
    makeRoom(place);
    questions[place] = question;
    answerKeys[place] = answerKey;
    ends[place] = until.toEpochMilli();
    lengths[place] = embedding.length();
    tails[place] = embedding.lengthFrom(head());
    embedding.copyTo(vectors, place * dimensions);
    size = Math.max(size, place + 1);
    next = (place + 1) % most;
  }

  /**
   * The questions whose cosine to {@code asked} is {@code threshold} or more, the nearest first and
   * of equally near ones the newest; at most 32.
   *
   * @throws IllegalArgumentException if {@code asked} has other dimensions than those held
   */
  public synchronized List<Neighbour> nearest(Embedding asked, double threshold, Instant now) {
    if (size == 0) {
      return List.of();
    }
    requireDimensions(asked);
    record Found(int place, int age, double similarity) {}
    Comparator<Found> nearer =
        Comparator.comparingDouble(Found::similarity)
            .thenComparing(Comparator.comparingInt(Found::age).reversed());
    PriorityQueue<Found> found = new PriorityQueue<>(nearer);
    long time = now.toEpochMilli();
    double tail = asked.lengthFrom(head());
    for (int place = 0; place < size; place++) {
      int offset = place * dimensions;
      double lengthOfBoth = asked.length() * lengths[place];
      int head = asked.dot(vectors, offset, 0, head());
      // By Cauchy and Schwarz, the rest adds no more than the product of its lengths.
      if (ends[place] <= time || head + tail * tails[place] < threshold * lengthOfBoth) {
        continue;
      }
      double similarity = (head + asked.dot(vectors, offset, head(), dimensions)) / lengthOfBoth;
      if (similarity >= threshold) {
        found.add(new Found(place, Math.floorMod(next - 1 - place, most), similarity));
        if (found.size() > MOST_NEIGHBOURS) {
          found.remove();
        }
      }
    }
    List<Neighbour> neighbours = new ArrayList<>(found.size());
    while (!found.isEmpty()) {
      Found farthest = found.remove();
      neighbours.addFirst(
          new Neighbour(
              questions[farthest.place()], answerKeys[farthest.place()], farthest.similarity()));
    }
    return neighbours;
  }

  private int head() {
    return Math.min(HEAD, dimensions);
  }

  public synchronized int size() {
    return size;
  }

  private void requireDimensions(Embedding embedding) {
    if (embedding.dimensions() != dimensions) {
      throw new IllegalArgumentException(
          "this partition holds embeddings of %d dimensions, not %d"
              .formatted(dimensions, embedding.dimensions()));
    }
  }

  private void makeRoom(int place) {
    if (place < questions.length) {
      return;
    }
    int capacity = Math.min(most, Math.max(FIRST_CAPACITY, 2 * questions.length));
    questions = Arrays.copyOf(questions, capacity);
    answerKeys = Arrays.copyOf(answerKeys, capacity);
    ends = Arrays.copyOf(ends, capacity);
    lengths = Arrays.copyOf(lengths, capacity);
    tails = Arrays.copyOf(tails, capacity);
    vectors = Arrays.copyOf(vectors, capacity * dimensions);
  }
}
