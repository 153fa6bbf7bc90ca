package dev.tollgate.tools;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** all-MiniLM-L6-v2 as a Maven package ships it, run on one processor. */
public final class SentenceModel implements AutoCloseable {
  private static final String MODEL = "/all-minilm-l6-v2-q.onnx";
  private static final String TOKENIZER = "/all-minilm-l6-v2-q-tokenizer.json";
  private static final long BEGIN = 101;
  private static final long END = 102;

  private final OrtEnvironment onnx = OrtEnvironment.getEnvironment();
  private final OrtSession session;

  public SentenceModel() throws IOException, OrtException {
    OrtSession.SessionOptions options = new OrtSession.SessionOptions();
    options.setIntraOpNumThreads(1);
    options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.BASIC_OPT);
    session = onnx.createSession(resource(MODEL), options);
  }

  /** The pieces of words that it knows, by their ids. */
  public static List<String> pieces() throws IOException {
    JsonNode vocabulary = new ObjectMapper().readTree(resource(TOKENIZER)).at("/model/vocab");
    String[] pieces = new String[vocabulary.size()];
    for (Map.Entry<String, JsonNode> piece : vocabulary.properties()) {
      pieces[piece.getValue().intValue()] = piece.getKey();
    }
    return List.of(pieces);
  }

  /**
   * The mean of what it makes of pieces between the marks of beginning and end. One text at a time:
   * its scales come from all that it is given at once, so a text's company would change it.
   */
  public double[] embed(List<Integer> pieces) throws OrtException {
    long[] ids = new long[pieces.size() + 2];
    ids[0] = BEGIN;
    for (int i = 0; i < pieces.size(); i++) {
      ids[i + 1] = pieces.get(i);
    }
    ids[ids.length - 1] = END;
    long[] ones = new long[ids.length];
    Arrays.fill(ones, 1);
    try (OnnxTensor input = OnnxTensor.createTensor(onnx, new long[][] {ids});
        OnnxTensor attention = OnnxTensor.createTensor(onnx, new long[][] {ones});
        OnnxTensor types = OnnxTensor.createTensor(onnx, new long[1][ids.length]);
        OrtSession.Result result =
            session.run(
                Map.of("input_ids", input, "attention_mask", attention, "token_type_ids", types))) {
      float[][] states = ((float[][][]) result.get(0).getValue())[0];
      double[] mean = new double[states[0].length];
      for (float[] state : states) {
        for (int i = 0; i < mean.length; i++) {
          mean[i] += state[i] / states.length;
        }
      }
      return mean;
    }
  }

  @Override
  public void close() throws OrtException {
    session.close();
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream resource = SentenceModel.class.getResourceAsStream(name)) {
      if (resource == null) {
        throw new IllegalStateException(name + " is missing: run make embedding-table");
      }
      return resource.readAllBytes();
    }
  }
}
