package dev.tollgate.audit;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.erdtman.jcs.JsonCanonicalizer;

/** SHA-256 in hex. For JSON it does not depend on the order of fields or on spaces. */
public final class Sha256 {
  private Sha256() {}

  /** Hashes the RFC 8785 form of an object or a list. */
  public static String of(JsonNode json) {
    try {
      return of(new JsonCanonicalizer(json.toString()).getEncodedUTF8());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot canonicalise JSON", e);
    }
  }

  /** Hashes the UTF-8 of a text. */
  public static String of(String text) {
    return of(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String of(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }
}
