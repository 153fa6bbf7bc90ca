package dev.tollgate.tools;

import ai.onnxruntime.OrtException;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.apache.commons.math3.linear.EigenDecomposition;
import org.apache.commons.math3.linear.MatrixUtils;
import org.apache.commons.math3.linear.RealMatrix;

/**
 * {@code make embedding-table}: distils a sentence model into one vector per piece of a word, as <a
 * href="https://github.com/MinishLab/model2vec">Model2Vec</a> does. Each piece goes through the
 * model by itself; what all vectors have in common is taken out; the principal components that say
 * most are kept; frequent pieces count less.
 *
 * <p>Two runs on one kind of processor write the same bytes. The model computes with 8-bit
 * integers, which another kind may round otherwise, so the table is kept in the repository.
 */
public final class EmbeddingTable {
  private static final int DIMENSIONS = 256;

  /**
   * The id of "the". From here on ids are ranks by frequency; before it are placeholders, then
   * single characters.
   */
  private static final int MOST_FREQUENT = 1996;

  /** Single characters have no rank; they count as a piece of middling frequency does. */
  private static final int RANK_OF_CHARACTERS = 1000;

  private EmbeddingTable() {}

  public static void main(String[] arguments) throws IOException, OrtException {
    Path folder = Path.of(arguments[0]);
    List<String> pieces = SentenceModel.pieces();
    double[][] vectors = vectors(pieces.size());
    double[][] principal = principalComponents(vectors);
    Files.createDirectories(folder);
    String vocabulary = String.join("\n", pieces) + "\n";
    Files.writeString(folder.resolve("vocabulary.txt"), vocabulary);
    byte[] table = table(principal);
    Files.write(folder.resolve("embeddings.bin"), table);
    String checksums =
        "%s  embeddings.bin%n%s  vocabulary.txt%n"
            .formatted(sha256(table), sha256(Files.readAllBytes(folder.resolve("vocabulary.txt"))));
    Files.writeString(folder.resolve("SHA256SUMS"), checksums);
    System.out.print(checksums);
  }

  private static double[][] vectors(int pieces) throws IOException, OrtException {
    try (SentenceModel model = new SentenceModel()) {
      double[][] vectors = new double[pieces][];
      for (int piece = 0; piece < pieces; piece++) {
        vectors[piece] = model.embed(List.of(piece));
      }
      return vectors;
    }
  }

  private static double[][] principalComponents(double[][] vectors) {
    int width = vectors[0].length;
    double[] mean = new double[width];
    for (double[] vector : vectors) {
      for (int i = 0; i < width; i++) {
        mean[i] += vector[i] / vectors.length;
      }
    }
    double[][] covariance = new double[width][width];
    for (double[] vector : vectors) {
      for (int i = 0; i < width; i++) {
        vector[i] -= mean[i];
      }
      for (int i = 0; i < width; i++) {
        for (int j = 0; j <= i; j++) {
          covariance[i][j] += vector[i] * vector[j] / vectors.length;
          covariance[j][i] = covariance[i][j];
        }
      }
    }
    // Eigenvectors come with falling eigenvalues. The sign of one means nothing to a cosine.
    RealMatrix axes =
        new EigenDecomposition(MatrixUtils.createRealMatrix(covariance))
            .getV()
            .getSubMatrix(0, width - 1, 0, DIMENSIONS - 1);
    return MatrixUtils.createRealMatrix(vectors).multiply(axes).getData();
  }

  /**
   * Rows and dimensions as 32-bit integers, then each row's scale as a 32-bit float, then the rows
   * in signed bytes. A row times its scale is the piece's vector.
   */
  private static byte[] table(double[][] vectors) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream table = new DataOutputStream(bytes);
    table.writeInt(vectors.length);
    table.writeInt(DIMENSIONS);
    double[] largest = new double[vectors.length];
    for (int piece = 0; piece < vectors.length; piece++) {
      largest[piece] = Arrays.stream(vectors[piece]).map(Math::abs).max().orElseThrow();
      table.writeFloat((float) (largest[piece] / Byte.MAX_VALUE * weight(piece)));
    }
    for (int piece = 0; piece < vectors.length; piece++) {
      for (double component : vectors[piece]) {
        table.writeByte((int) Math.round(component / largest[piece] * Byte.MAX_VALUE));
      }
    }
    return bytes.toByteArray();
  }

  /** By Zipf's law a piece of rank r is r times rarer than the first. */
  private static double weight(int piece) {
    int rank = piece < MOST_FREQUENT ? RANK_OF_CHARACTERS : piece - MOST_FREQUENT + 1;
    return Math.log(1 + rank);
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
