package dev.tollgate.secret;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

/**
 * One secret of AWS Secrets Manager: a JSON object of strings by name. Nothing connects before the
 * first secret is wanted, and without a secret's ARN nothing ever does.
 */
@Singleton
class SecretsManagerVault implements Vault {
  private static final int ATTEMPTS = 3;

  private final ObjectMapper json;
  private final Optional<String> arn;
  private Optional<SecretsManagerClient> client = Optional.empty();

  SecretsManagerVault(
      ObjectMapper json, @ConfigProperty(name = "tollgate.secret.arn") Optional<String> arn) {
    this.json = json;
    this.arn = arn;
  }

  @Override
  public synchronized Map<String, String> open() {
    if (arn.isEmpty()) {
      return Map.of();
    }
    if (client.isEmpty()) {
      client = Optional.of(connect());
    }
    String text = client.get().getSecretValue(get -> get.secretId(arn.get())).secretString();
    Map<String, String> secrets = new HashMap<>();
    try {
      json.readTree(text)
          .properties()
          .forEach(secret -> secrets.put(secret.getKey(), secret.getValue().asText()));
    } catch (JsonProcessingException e) {
      // Without its cause, whose message may quote the secret.
      throw new IllegalStateException("the secret " + arn.get() + " must be a JSON object");
    }
    return secrets;
  }

  private static SecretsManagerClient connect() {
    return SecretsManagerClient.builder()
        .httpClient(
            UrlConnectionHttpClient.builder()
                .connectionTimeout(Duration.ofSeconds(1))
                .socketTimeout(Duration.ofSeconds(2))
                .build())
        .overrideConfiguration(
            override ->
                override
                    .retryStrategy(retry -> retry.maxAttempts(ATTEMPTS))
                    .apiCallTimeout(Duration.ofSeconds(4)))
        .build();
  }
}
