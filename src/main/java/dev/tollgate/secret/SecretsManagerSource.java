package dev.tollgate.secret;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

/**
 * Secrets of AWS Secrets Manager, each a JSON object of strings. The first read creates the client.
 */
@Singleton
class SecretsManagerSource implements SecretSource {
  private static final int MAX_ATTEMPTS = 3;

  private final ObjectMapper json;
  private Optional<SecretsManagerClient> client = Optional.empty();

  SecretsManagerSource(ObjectMapper json) {
    this.json = json;
  }

  @Override
  public synchronized Map<String, String> read(String arn) {
    if (client.isEmpty()) {
      client = Optional.of(newClient());
    }
    String text = client.get().getSecretValue(get -> get.secretId(arn)).secretString();
    Map<String, String> secrets = new HashMap<>();
    try {
      json.readTree(text)
          .properties()
          .forEach(secret -> secrets.put(secret.getKey(), secret.getValue().asText()));
    } catch (JsonProcessingException e) {
      // Without the cause: its message may quote the secret.
      throw new IllegalStateException("the secret " + arn + " must be a JSON object");
    }
    return secrets;
  }

  private static SecretsManagerClient newClient() {
    return SecretsManagerClient.builder()
        .httpClient(
            UrlConnectionHttpClient.builder()
                .connectionTimeout(Duration.ofSeconds(1))
                .socketTimeout(Duration.ofSeconds(2))
                .build())
        .overrideConfiguration(
            override ->
                override
                    .retryStrategy(retry -> retry.maxAttempts(MAX_ATTEMPTS))
                    .apiCallTimeout(Duration.ofSeconds(4)))
        .build();
  }
}
