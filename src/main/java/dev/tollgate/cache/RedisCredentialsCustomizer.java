package dev.tollgate.cache;

import dev.tollgate.secret.Credentials;
import dev.tollgate.secret.CredentialsReader;
import io.quarkus.redis.client.RedisOptionsCustomizer;
import io.vertx.redis.client.RedisOptions;
import jakarta.inject.Singleton;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * Has the client log in to Redis with the user and password of a secret, where one is configured.
 * That is once, when a function starts: its client takes no other password later. A password is
 * therefore replaced by having two for a while, which Redis allows.
 */
@Singleton
class RedisCredentialsCustomizer implements RedisOptionsCustomizer {
  private static final Logger LOG = Logger.getLogger(RedisCredentialsCustomizer.class);

  private final CredentialsReader credentials;
  private final Optional<String> arn;

  RedisCredentialsCustomizer(
      CredentialsReader credentials,
      @ConfigProperty(name = "tollgate.redis.secret.arn") Optional<String> arn) {
    this.credentials = credentials;
    this.arn = arn;
  }

  @Override
  public void customize(String client, RedisOptions options) {
    if (arn.isEmpty()) {
      return;
    }
    try {
      Credentials user = credentials.read(arn.get());
      options.setEndpoints(
          options.getEndpoints().stream().map(url -> withCredentials(user, url)).toList());
    } catch (RuntimeException e) {
      // Redis refuses whoever does not log in, and calls go on without it.
      LOG.warnf(
          "The response cache is off: its password could not be read: %s",
          e.getClass().getSimpleName());
    }
  }

  private static String withCredentials(Credentials login, String url) {
    return url.replaceFirst(
        "://", "://" + urlEncode(login.user()) + ":" + urlEncode(login.password()) + "@");
  }

  /** In a form that {@code replaceFirst} takes as it is: it has no dollar and no backslash. */
  private static String urlEncode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
