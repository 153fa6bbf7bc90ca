package dev.tollgate.secret;

import java.util.Map;
import java.util.Optional;

/** Secrets in memory. */
public record InMemorySecrets(Map<String, String> secrets) implements Secrets {
  public InMemorySecrets {
    secrets = Map.copyOf(secrets);
  }

  @Override
  public Optional<String> find(String name) {
    return Optional.ofNullable(secrets.get(name));
  }

  @Override
  public void invalidate() {}
}
