package dev.tollgate.local.model;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.local.model.answer.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;

/** A plain HTTP client, so that tests see the wire and not what an SDK makes of it. */
record ModelClient(HttpClient http, URI base) implements AutoCloseable {
  static ModelClient of(SimulatedModel model) {
    return new ModelClient(HttpClient.newHttpClient(), model.url());
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(base.resolve(path));
  }

  HttpRequest.Builder anthropic(String body) {
    return request("/v1/messages")
        .header("x-api-key", "test-key")
        .header("anthropic-version", "2023-06-01")
        .POST(BodyPublishers.ofString(body));
  }

  HttpRequest.Builder openAi(String body) {
    return request("/v1/chat/completions")
        .header("authorization", "Bearer test-key")
        .POST(BodyPublishers.ofString(body));
  }

  HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
    return http.send(request.build(), BodyHandlers.ofString());
  }

  JsonNode message(String body) throws IOException, InterruptedException {
    return json(send(anthropic(body)));
  }

  static JsonNode json(HttpResponse<String> response) {
    return Json.parse(response.body()).orElseThrow();
  }

  @Override
  public void close() {
    http.close();
  }
}
