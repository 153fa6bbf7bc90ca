package dev.tollgate.semantic;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tollgate.secret.Secrets;
import dev.tollgate.semantic.RemoteEmbedder.Endpoint;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Selects the embedder: the built-in table, unless a model of an endpoint is configured. */
final class EmbedderProducer {
  private EmbedderProducer() {}

  @Produces
  @Singleton
  static Embedder embedder(
      @ConfigProperty(name = "tollgate.embeddings.model") Optional<String> model,
      @ConfigProperty(name = "tollgate.embeddings.url") String url,
      @ConfigProperty(name = "tollgate.embeddings.dimensions") OptionalInt dimensions,
      @ConfigProperty(name = "tollgate.embeddings.timeout") Duration timeout,
      Secrets secrets,
      ObjectMapper json,
      Clock clock) {
    return model
        .<Embedder>map(
            name ->
                new RemoteEmbedder(
                    new Endpoint(
                        URI.create(url.replaceFirst("/+$", "")), name, dimensions, timeout),
                    secrets,
                    json,
                    clock))
        .orElseGet(StaticEmbedder::new);
  }
}
