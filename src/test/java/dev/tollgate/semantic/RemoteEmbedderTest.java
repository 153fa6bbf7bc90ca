package dev.tollgate.semantic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tollgate.local.model.SimulatedModel;
import dev.tollgate.secret.InMemorySecrets;
import dev.tollgate.secret.Secrets;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Over HTTP, against the simulated model. */
final class RemoteEmbedderTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final InMemorySecrets KEY =
      new InMemorySecrets(Map.of(Secrets.EMBEDDINGS_API_KEY, "key\n"));

  private Instant now = Instant.parse("2026-11-24T10:00:00Z");
  private final Clock clock = ((InstantSource) () -> now).withZone(ZoneOffset.UTC);
  private SimulatedModel model;

  @BeforeEach
  void start() throws IOException {
    model = SimulatedModel.start(0);
  }

  @AfterEach
  void stop() {
    model.close();
  }

  @Test
  void equalQuestionsHaveEqualVectors() {
    Embedder embedder = embedder(OptionalInt.of(64), KEY);
    Embedding one = embedder.embed("How do I reset my password?").orElseThrow();
    Embedding other = embedder.embed("How do I reset my passwords?").orElseThrow();

    assertEquals(one, embedder.embed("How do I reset my password?").orElseThrow());
    assertEquals(64, one.dimensions());
    assertTrue(one.cosineSimilarity(other) > 0.8 && one.cosineSimilarity(other) < 0.9999);
    assertEquals("text-embedding-3-small:64", embedder.model());
  }

  @Test
  void usesDimensionsOfModelByDefault() {
    Embedder embedder = embedder(OptionalInt.empty(), KEY);

    assertEquals(1536, embedder.embed("How do I reset my password?").orElseThrow().dimensions());
    assertEquals("text-embedding-3-small", embedder.model());
  }

  @Test
  void returnsNothingIfEndpointIsDown() {
    Embedder embedder = embedder(OptionalInt.empty(), KEY);
    model.close();

    assertTrue(embedder.embed("How do I reset my password?").isEmpty());
  }

  @Test
  void returnsNothingIfKeyIsRejected() {
    assertTrue(
        embedder(OptionalInt.empty(), new InMemorySecrets(Map.of())).embed("Why?").isEmpty());
  }

  @ParameterizedTest
  @ValueSource(strings = {"500", "429"})
  void pausesAfterFailure(String behaviour) throws Exception {
    Embedder embedder = embedder(OptionalInt.empty(), KEY);
    simulate(behaviour);
    assertTrue(embedder.embed("How do I reset my password?").isEmpty());
    now = now.plusSeconds(9);
    assertTrue(embedder.embed("How do I reset my password?").isEmpty());
    assertEquals(1, requests());
    now = now.plusSeconds(1);
    assertTrue(embedder.embed("How do I reset my password?").isPresent());
  }

  @Test
  void timesOutOnSlowEndpoint() throws Exception {
    simulate("timeout");
    Embedder embedder = embedder(OptionalInt.empty(), KEY, Duration.ofMillis(200));

    assertTrue(embedder.embed("How do I reset my password?").isEmpty());
  }

  @Test
  void sendsNoEmptyOrLongQuestion() throws Exception {
    Embedder embedder = embedder(OptionalInt.empty(), KEY);

    assertTrue(embedder.embed("why ".repeat(501)).isEmpty());
    assertTrue(embedder.embed(" ").isEmpty());
    assertEquals(0, requests());
  }

  private Embedder embedder(OptionalInt dimensions, Secrets secrets) {
    return embedder(dimensions, secrets, TIMEOUT);
  }

  private Embedder embedder(OptionalInt dimensions, Secrets secrets, Duration timeout) {
    return new RemoteEmbedder(
        new RemoteEmbedder.Endpoint(model.url(), "text-embedding-3-small", dimensions, timeout),
        secrets,
        JSON,
        clock);
  }

  private void simulate(String behaviour) throws IOException, InterruptedException {
    send(
        HttpRequest.newBuilder(url("/_simulate"))
            .POST(
                BodyPublishers.ofString(
                    "{\"behaviour\": \"%s\", \"times\": 1}".formatted(behaviour))));
  }

  private int requests() throws IOException, InterruptedException {
    JsonNode requests = JSON.readTree(send(HttpRequest.newBuilder(url("/_requests"))));
    return (requests.isArray() ? requests : requests.path("requests")).size();
  }

  private URI url(String path) {
    return model.url().resolve(path);
  }

  private static String send(HttpRequest.Builder request) throws IOException, InterruptedException {
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(request.build(), BodyHandlers.ofString()).body();
    }
  }
}
