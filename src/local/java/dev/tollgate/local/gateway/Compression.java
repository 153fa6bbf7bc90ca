package dev.tollgate.local.gateway;

import com.sun.net.httpserver.HttpExchange;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * Compresses answers as API Gateway does: from a size on, for callers whose first choice it is, and
 * not what a function has encoded itself. Requests it decompresses always. Of the codings it knows,
 * only gzip is done here.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-receive-response-with-compressed-payload.html">API
 *     Gateway's conditions for answers</a>
 * @see <a
 *     href="https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-make-request-with-compressed-payload.html">for
 *     requests</a>
 */
record Compression(OptionalInt minimumSize) {
  private static final String ENCODING = "Content-Encoding";
  private static final String GZIP = "gzip";
  private static final String IDENTITY = "identity";

  /**
   * The body of a request as it was before it was compressed.
   *
   * @throws ZipException here or while it is read, if it is not in the coding that it says, or in
   *     one that is not known
   * @throws EOFException likewise, if it ends too early
   */
  static InputStream decompress(HttpExchange exchange) throws IOException {
    String coding = exchange.getRequestHeaders().getFirst(ENCODING);
    return switch (coding == null ? IDENTITY : coding.strip().toLowerCase(Locale.ROOT)) {
      case IDENTITY -> exchange.getRequestBody();
      case GZIP -> new GZIPInputStream(exchange.getRequestBody());
      default -> throw new ZipException("unknown coding " + coding);
    };
  }

  /** The body to send; says in the answer's headers if it is compressed. */
  byte[] compress(HttpExchange exchange, byte[] body) throws IOException {
    if (minimumSize.isEmpty()
        || body.length < minimumSize.getAsInt()
        || exchange.getResponseHeaders().containsKey(ENCODING)
        || !isPreferred(exchange.getRequestHeaders().getFirst("Accept-Encoding"))) {
      return body;
    }
    exchange.getResponseHeaders().set(ENCODING, GZIP);
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
      gzip.write(body);
    }
    return compressed.toByteArray();
  }

  /**
   * Whether gzip comes first. Clients list their codings by preference, so weights are not read.
   */
  private static boolean isPreferred(@Nullable String accepted) {
    return accepted != null
        && accepted.split("[,;]", 2)[0].strip().toLowerCase(Locale.ROOT).equals(GZIP);
  }
}
