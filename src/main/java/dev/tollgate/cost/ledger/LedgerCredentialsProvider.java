package dev.tollgate.cost.ledger;

import dev.tollgate.secret.Credentials;
import dev.tollgate.secret.CredentialsReader;
import io.quarkus.credentials.CredentialsProvider;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * The credentials of new connections to the ledger: the user and password of a secret. Without a
 * secret it is the configured user alone, whom the local PostgreSQL trusts.
 */
@Singleton
class LedgerCredentialsProvider implements CredentialsProvider {
  private final CredentialsReader credentials;
  private final Optional<String> arn;
  private final String user;

  LedgerCredentialsProvider(
      CredentialsReader credentials,
      @ConfigProperty(name = "tollgate.ledger.secret.arn") Optional<String> arn,
      @ConfigProperty(name = "quarkus.datasource.username") String user) {
    this.credentials = credentials;
    this.arn = arn;
    this.user = user;
  }

  @Override
  public Map<String, String> getCredentials(String name) {
    if (arn.isEmpty()) {
      return Map.of(USER_PROPERTY_NAME, user);
    }
    Credentials login = credentials.read(arn.get());
    return Map.of(USER_PROPERTY_NAME, login.user(), PASSWORD_PROPERTY_NAME, login.password());
  }
}
