package dev.tollgate.semantic;

import java.nio.ByteBuffer;

/**
 * A vector for each word piece, distilled from a sentence model by {@code make embedding-table}. It
 * has eight megabytes and is read for the first question.
 */
final class EmbeddingTable {
  static final String RESOURCE = "/semantic/embeddings.bin";

  private static final class Shared {
    static final EmbeddingTable INSTANCE = new EmbeddingTable(Resources.bytes(RESOURCE));
  }

  private final byte[] bytes;
  private final int dimensions;
  private final float[] scales;
  private final int firstRow;

  /**
   * @param bytes rows and dimensions as 32-bit integers, each row's scale as a 32-bit float, the
   *     rows in signed bytes
   */
  EmbeddingTable(byte[] bytes) {
    this.bytes = bytes;
    ByteBuffer header = ByteBuffer.wrap(bytes);
    scales = new float[header.getInt()];
    dimensions = header.getInt();
    header.asFloatBuffer().get(scales);
    firstRow = 2 * Integer.BYTES + scales.length * Float.BYTES;
    if (bytes.length != firstRow + scales.length * dimensions) {
      throw new IllegalStateException("the embedding table is truncated");
    }
  }

  /** The built-in table, read on first use. */
  static EmbeddingTable shared() {
    return Shared.INSTANCE;
  }

  int rows() {
    return scales.length;
  }

  int dimensions() {
    return dimensions;
  }

  /** Adds the vector of a piece. Vectors of frequent pieces are shorter. */
  void addTo(float[] sum, int piece) {
    int row = firstRow + piece * dimensions;
    for (int i = 0; i < dimensions; i++) {
      sum[i] += bytes[row + i] * scales[piece];
    }
  }
}
