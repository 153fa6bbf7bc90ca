package dev.tollgate.local.gateway;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;

/** Ends an exchange with a body, or without one where HTTP allows none. */
final class BodyWriter {
  private static final int NO_CONTENT = 204;
  private static final int NOT_MODIFIED = 304;
  private static final int NO_BODY = -1;

  private BodyWriter() {}

  static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.getResponseHeaders().set("Content-Length", Integer.toString(body.length));
      exchange.sendResponseHeaders(status, NO_BODY);
    } else if (body.length == 0 || status == NO_CONTENT || status == NOT_MODIFIED) {
      exchange.sendResponseHeaders(status, NO_BODY);
    } else {
      exchange.sendResponseHeaders(status, body.length);
      exchange.getResponseBody().write(body);
    }
  }
}
