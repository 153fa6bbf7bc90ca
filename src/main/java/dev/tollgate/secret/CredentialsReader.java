package dev.tollgate.secret;

import jakarta.inject.Singleton;
import java.util.Map;

/**
 * Reads credentials of databases. Each is a secret with {@code username} and {@code password}, in
 * the format of RDS. They are not cached, since RDS rotates passwords and the old one ends at once.
 * A connection needs them once.
 */
@Singleton
public class CredentialsReader {
  private final SecretSource source;

  CredentialsReader(SecretSource source) {
    this.source = source;
  }

  /** Reads credentials; throws if the secret cannot be read or lacks a field. */
  public Credentials read(String arn) {
    Map<String, String> secret = source.read(arn);
    return new Credentials(
        requireField(arn, secret, "username"), requireField(arn, secret, "password"));
  }

  private static String requireField(String arn, Map<String, String> secret, String name) {
    String value = secret.get(name);
    if (value == null || value.isEmpty()) {
      throw new IllegalStateException("the secret " + arn + " has no " + name);
    }
    return value;
  }
}
