package dev.tollgate.ledger;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.erdtman.jcs.JsonCanonicalizer;

/** Hashes that do not depend on how a machine writes its JSON. */
public final class CanonicalJson {
  private CanonicalJson() {}

  /** The SHA-256, in hex, of the RFC 8785 form of an object or a list. */
  public static String sha256(JsonNode json) {
    try {
      return sha256(new JsonCanonicalizer(json.toString()).getEncodedUTF8());
    } catch (IOException e) {
      throw new UncheckedIOException("valid JSON could not be canonicalised", e);
    }
  }

  /** The SHA-256, in hex, of a text's UTF-8. */
  public static String sha256(String text) {
    return sha256(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }
}
