package dev.tollgate.endtoend.operations;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.tollgate.endtoend.support.ApiClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Implements the operation of Secrets Manager that functions use. */
final class SecretsManagerServer implements AutoCloseable {
  private final Map<String, String> secrets;
  private final HttpServer server;

  private SecretsManagerServer(Map<String, String> secrets, HttpServer server) {
    this.secrets = secrets;
    this.server = server;
  }

  static SecretsManagerServer start(Map<String, String> secrets) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    SecretsManagerServer secretsManager = new SecretsManagerServer(secrets, server);
    server.createContext("/", secretsManager::response);
    server.start();
    return secretsManager;
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  private void response(HttpExchange exchange) throws IOException {
    try (exchange) {
      String arn =
          ApiClient.JSON
              .readTree(exchange.getRequestBody().readAllBytes())
              .path("SecretId")
              .asText();
      String secret = secrets.get(arn);
      byte[] body =
          (secret == null
                  ? ApiClient.JSON.createObjectNode().put("__type", "ResourceNotFoundException")
                  : ApiClient.JSON.createObjectNode().put("ARN", arn).put("SecretString", secret))
              .toString()
              .getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("content-type", "application/x-amz-json-1.1");
      exchange.sendResponseHeaders(secret == null ? 400 : 200, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
