package dev.tollgate.semantic;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * The newest questions of one partition, and a scan of all of them. It scans ten thousand in a few
 * milliseconds, so no approximate index is needed.
 */
public final class NearestQuestions {
  /**
   * Maximum number of neighbours. Many near misses, such as one question about many order numbers,
   * must neither hide an equivalent one nor cost seconds.
   */
  private static final int MAX_NEIGHBOURS = 32;

  private static final int INITIAL_CAPACITY = 64;

  /**
   * The number of components that a scan compares before it decides whether two vectors can still
   * be near. The most significant components come first, so most vectors end here.
   */
  private static final int HEAD_COMPONENTS = 48;

  /**
   * A stored question.
   *
   * @param answerKey the key of its response
   * @param similarity the cosine to the query
   */
  public record Neighbour(String question, String answerKey, double similarity) {}

  private final int maxQuestions;
  private String[] questions = new String[0];
  private String[] answerKeys = new String[0];
  private long[] expiryTimes = new long[0];
  private double[] norms = new double[0];
  private double[] tailNorms = new double[0];
  private byte[] vectors = new byte[0];
  private int dimensions;
  private int size;

  /** The slot of the next question. In a full partition, it is that of the oldest. */
  private int nextSlot;

  /**
   * Creates an empty partition.
   *
   * @param maxQuestions how many questions it holds before it evicts the oldest
   */
  public NearestQuestions(int maxQuestions) {
    if (maxQuestions < 1) {
      throw new IllegalArgumentException(
          "a partition must hold at least one question: " + maxQuestions);
    }
    this.maxQuestions = maxQuestions;
  }

  /**
   * Adds a question, and evicts the oldest if there are too many.
   *
   * @param expiresAt when it is no longer found
   * @throws IllegalArgumentException if its embedding has other dimensions than the stored ones
   */
  public synchronized void add(
      Embedding embedding, String question, String answerKey, Instant expiresAt) {
    if (size == 0) {
      dimensions = embedding.dimensions();
    }
    requireDimensions(embedding);
    int slot = nextSlot;
    ensureCapacity(slot);
    questions[slot] = question;
    answerKeys[slot] = answerKey;
    expiryTimes[slot] = expiresAt.toEpochMilli();
    norms[slot] = embedding.norm();
    tailNorms[slot] = embedding.normFrom(head());
    embedding.copyTo(vectors, slot * dimensions);
    size = Math.max(size, slot + 1);
    nextSlot = (slot + 1) % maxQuestions;
  }

  /**
   * The questions whose cosine to {@code query} is {@code threshold} or more, at most 32. The
   * nearest comes first, and of equal ones the newest.
   *
   * @throws IllegalArgumentException if {@code query} has other dimensions than the stored ones
   */
  public synchronized List<Neighbour> findNearest(Embedding query, double threshold, Instant now) {
    if (size == 0) {
      return List.of();
    }
    requireDimensions(query);
    record Found(int place, int age, double similarity) {}
    Comparator<Found> nearer =
        Comparator.comparingDouble(Found::similarity)
            .thenComparing(Comparator.comparingInt(Found::age).reversed());
    PriorityQueue<Found> found = new PriorityQueue<>(nearer);
    long time = now.toEpochMilli();
    double tail = query.normFrom(head());
    for (int place = 0; place < size; place++) {
      int offset = place * dimensions;
      double lengthOfBoth = query.norm() * norms[place];
      int head = query.dot(vectors, offset, 0, head());
      // By Cauchy-Schwarz, the rest adds at most the product of its lengths.
      if (expiryTimes[place] <= time || head + tail * tailNorms[place] < threshold * lengthOfBoth) {
        continue;
      }
      double similarity = (head + query.dot(vectors, offset, head(), dimensions)) / lengthOfBoth;
      if (similarity >= threshold) {
        found.add(new Found(place, Math.floorMod(nextSlot - 1 - place, maxQuestions), similarity));
        if (found.size() > MAX_NEIGHBOURS) {
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
    return Math.min(HEAD_COMPONENTS, dimensions);
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

  private void ensureCapacity(int slot) {
    if (slot < questions.length) {
      return;
    }
    int capacity = Math.min(maxQuestions, Math.max(INITIAL_CAPACITY, 2 * questions.length));
    questions = Arrays.copyOf(questions, capacity);
    answerKeys = Arrays.copyOf(answerKeys, capacity);
    expiryTimes = Arrays.copyOf(expiryTimes, capacity);
    norms = Arrays.copyOf(norms, capacity);
    tailNorms = Arrays.copyOf(tailNorms, capacity);
    vectors = Arrays.copyOf(vectors, capacity * dimensions);
  }
}
