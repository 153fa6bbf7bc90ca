package dev.tollgate.cache;

import dev.tollgate.secret.Login;
import dev.tollgate.secret.Logins;
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
class RedisLogin implements RedisOptionsCustomizer {
  private static final Logger LOG = Logger.getLogger(RedisLogin.class);

  private final Logins logins;
  private final Optional<String> arn;

  RedisLogin(
      Logins logins, @ConfigProperty(name = "tollgate.redis.secret.arn") Optional<String> arn) {
    this.logins = logins;
    this.arn = arn;
  }

  @Override
  public void customize(String client, RedisOptions options) {
    if (arn.isEmpty()) {
      return;
    }
    try {
      Login login = logins.read(arn.get());
      options.setEndpoints(options.getEndpoints().stream().map(url -> with(login, url)).toList());
    } catch (RuntimeException e) {
      // Redis refuses whoever does not log in, and calls go on without it.
      LOG.warnf(
          "The response cache is off: its password could not be read: %s",
          e.getClass().getSimpleName());
    }
  }

  private static String with(Login login, String url) {
    return url.replaceFirst(
        "://", "://" + encoded(login.user()) + ":" + encoded(login.password()) + "@");
  }

  /** In a form that {@code replaceFirst} takes as it is: it has no dollar and no backslash. */
  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
