package dev.tollgate.cache;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tollgate.secret.Secrets;
import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.redis.datasource.value.SetArgs;
import io.quarkus.redis.datasource.value.ValueCommands;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;

/** Signed responses in Redis. Without a secret for the signature, nothing is stored. */
@Singleton
class RedisResponseCache implements ResponseCache {
  private static final Logger LOG = Logger.getLogger(RedisResponseCache.class);

  private final ValueCommands<String, byte[]> values;
  private final RedisCommands redis;
  private final Secrets secrets;
  private final ResponseSigner signer;
  private final AtomicBoolean warned = new AtomicBoolean();

  RedisResponseCache(
      RedisDataSource source, RedisCommands redis, Secrets secrets, ObjectMapper json) {
    this.values = source.value(String.class, byte[].class);
    this.redis = redis;
    this.secrets = secrets;
    this.signer = new ResponseSigner(json);
  }

  @Override
  public Optional<CachedResponse> find(CacheKey key) {
    return secret()
        .flatMap(
            secret ->
                redis
                    .execute(() -> Optional.ofNullable(values.get(key.value())))
                    .flatMap(entry -> signer.verify(secret, key, entry)));
  }

  @Override
  public boolean store(CacheKey key, CachedResponse response, Duration ttl) {
    // Up to a tenth less, so that entries that were stored together do not expire together.
    long millis = ttl.toMillis() - ThreadLocalRandom.current().nextLong(ttl.toMillis() / 10 + 1);
    return secret()
        .flatMap(secret -> signer.sign(secret, key, response))
        .flatMap(
            entry ->
                redis.execute(
                    () -> {
                      values.set(key.value(), entry, new SetArgs().px(millis));
                      return Optional.of(true);
                    }))
        .orElse(false);
  }

  private Optional<String> secret() {
    Optional<String> secret = secrets.find(Secrets.CACHE_KEY);
    if (secret.isEmpty() && warned.compareAndSet(false, true)) {
      LOG.warnf("The response cache is off: no secret %s is configured", Secrets.CACHE_KEY);
    }
    return secret;
  }
}
