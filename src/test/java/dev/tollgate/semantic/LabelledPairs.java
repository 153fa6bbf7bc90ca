package dev.tollgate.semantic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The pairs of {@code infra/semantic/labelled-pairs.yaml}. */
final class LabelledPairs {
  static final String PARAPHRASE = "paraphrase";

  /** The hash of a pair decides, so the halves are not selected by hand. */
  enum Half {
    TUNING,
    HELD_OUT
  }

  record Pair(String domain, String kind, String query, String cached, Half half) {
    boolean isParaphrase() {
      return kind.equals(PARAPHRASE);
    }
  }

  private LabelledPairs() {}

  static List<Pair> read(Path file) {
    List<Pair> pairs = new ArrayList<>();
    try {
      for (Map.Entry<String, JsonNode> domain :
          new YAMLMapper().readTree(file.toFile()).properties()) {
        for (Map.Entry<String, JsonNode> kind : domain.getValue().properties()) {
          for (JsonNode pair : kind.getValue()) {
            String asked = pair.get(0).textValue();
            String kept = pair.get(1).textValue();
            pairs.add(new Pair(domain.getKey(), kind.getKey(), asked, kept, half(asked, kept)));
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
    return pairs;
  }

  private static Half half(String asked, String kept) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest((asked + "\n" + kept).getBytes(StandardCharsets.UTF_8));
      return (hash[0] >> 4 & 1) == 0 ? Half.TUNING : Half.HELD_OUT;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
