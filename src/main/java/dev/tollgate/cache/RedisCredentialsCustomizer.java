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
 * Configures the user and password of the Redis client from a secret, if there is one. It reads the
 * secret once, when a function starts, since the client cannot change its password later. To rotate
 * a password, let both work for a while, which Redis allows.
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
      // Redis rejects clients without credentials, and calls continue without it.
      LOG.warnf(
          "Failed to read the Redis credentials; the response cache is off: %s",
          e.getClass().getSimpleName());
    }
  }

  private static String withCredentials(Credentials user, String url) {
    return url.replaceFirst(
        "://", "://" + urlEncode(user.user()) + ":" + urlEncode(user.password()) + "@");
  }

  /**
   * Encodes a text for a URL. The result has no dollar and no backslash, which {@code replaceFirst}
   * would interpret.
   */
  private static String urlEncode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
