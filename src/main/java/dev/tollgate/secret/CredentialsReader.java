package dev.tollgate.secret;

import jakarta.inject.Singleton;
import java.util.Map;

/**
 * How to log in to databases. Each login is a secret of its own, with {@code username} and {@code
 * password}, as RDS keeps them. It is read each time, since RDS changes passwords by itself and the
 * one of before ends at once; a login happens once in a connection's life.
 */
@Singleton
public class CredentialsReader {
  private final SecretSource source;

  CredentialsReader(SecretSource source) {
    this.source = source;
  }

  /** Reads a login; throws if the secret cannot be read or is no login. */
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
