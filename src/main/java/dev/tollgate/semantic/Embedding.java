package dev.tollgate.semantic;

import java.util.Arrays;

/**
 * A vector of a meaning, one signed byte per dimension. Bytes take a quarter of the memory of
 * floats and change the cosine by less than 0.005.
 */
public final class Embedding {
  private final byte[] components;
  private final double norm;

  private Embedding(byte[] components) {
    this.components = components;
    this.norm = normFrom(0);
    if (norm == 0) {
      throw new IllegalArgumentException("an embedding must not be zero");
    }
  }

  /**
   * The direction of {@code vector}; its length does not matter.
   *
   * @throws IllegalArgumentException if it is empty, zero or not finite
   */
  public static Embedding of(float[] vector) {
    float largest = 0;
    for (float component : vector) {
      if (!Float.isFinite(component)) {
        throw new IllegalArgumentException("an embedding must be finite");
      }
      largest = Math.max(largest, Math.abs(component));
    }
    byte[] components = new byte[vector.length];
    for (int i = 0; i < vector.length; i++) {
      components[i] = (byte) Math.round(vector[i] / largest * Byte.MAX_VALUE);
    }
    return new Embedding(components);
  }

  /**
   * Reads what {@link #bytes} wrote.
   *
   * @throws IllegalArgumentException if all bytes are zero
   */
  public static Embedding ofBytes(byte[] bytes) {
    return new Embedding(bytes.clone());
  }

  /** One byte per dimension. */
  public byte[] bytes() {
    return components.clone();
  }

  public int dimensions() {
    return components.length;
  }

  /**
   * The cosine of two vectors, from -1 to 1.
   *
   * @throws IllegalArgumentException if they have different numbers of dimensions
   */
  public double cosineSimilarity(Embedding other) {
    if (components.length != other.components.length) {
      throw new IllegalArgumentException(
          "embeddings of %d and %d dimensions cannot be compared"
              .formatted(components.length, other.components.length));
    }
    return dot(other.components, 0, 0, components.length) / (norm * other.norm);
  }

  /** Copies the components to {@code target} from {@code offset} on. */
  void copyTo(byte[] target, int offset) {
    System.arraycopy(components, 0, target, offset, components.length);
  }

  /**
   * The dot product of the components from {@code from} to {@code to} with the vector at {@code
   * offset} of {@code others}.
   */
  int dot(byte[] others, int offset, int from, int to) {
    int sum = 0;
    for (int i = from; i < to; i++) {
      sum += components[i] * others[offset + i];
    }
    return sum;
  }

  double norm() {
    return norm;
  }

  /** The length of the vector of the components from {@code from} on. */
  double normFrom(int from) {
    return Math.sqrt(dot(components, 0, from, components.length));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Embedding embedding && Arrays.equals(components, embedding.components);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(components);
  }

  @Override
  public String toString() {
    return "Embedding[dimensions=" + components.length + "]";
  }
}
