package dev.tollgate.provider;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.provider.ModelProvider.Reply;
import dev.tollgate.secret.Secrets;
import io.smallrye.mutiny.TimeoutException;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.core.Response;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import javax.net.ssl.SSLHandshakeException;
import org.jboss.logging.Logger;

/** Calls providers over HTTP and maps their responses and errors to {@link Reply}. */
public final class ProviderHttp {
  private static final Logger LOG = Logger.getLogger(ProviderHttp.class);

  static final Reply.Failure UNREACHABLE =
      new Reply.Unreachable("the connection to the model provider failed");

  private static final Pattern KEY_PATTERN = Pattern.compile("[!-~]+");

  private ProviderHttp() {}

  /**
   * Calls a provider with the key of that name. If the provider rejects the key, this method reads
   * the secret again and retries once with a new key. It never sends a key that a header cannot
   * hold, because HTTP clients quote such a key in their exceptions.
   *
   * @param timeout the time for all attempts
   * @param call sends the request with a key, within the remaining time
   */
  public static Reply callWithKey(
      Secrets secrets,
      String name,
      Duration timeout,
      Clock clock,
      BiFunction<String, Duration, Reply> call) {
    Instant end = clock.instant().plus(timeout);
    Optional<String> key = findKey(secrets, name);
    if (key.isEmpty()) {
      return new Reply.Misconfigured(
          "no key of the model provider is configured: set " + name + " in Tollgate's secret");
    }
    if (!isValidKey(key.get())) {
      return new Reply.Misconfigured(
          "the model provider's key contains invalid characters, such as a space: set "
              + name
              + " in Tollgate's secret again");
    }
    // The secret's lookup may have taken time.
    Duration remaining = Duration.between(clock.instant(), end);
    if (!remaining.isPositive()) {
      return new Reply.TimedOut();
    }
    Reply reply = call.apply(key.get(), remaining);
    if (!(reply instanceof Reply.ProviderError error) || error.status() != 401) {
      return reply;
    }
    secrets.invalidate();
    Optional<String> replaced =
        findKey(secrets, name).filter(ProviderHttp::isValidKey).filter(it -> !it.equals(key.get()));
    Duration rest = Duration.between(clock.instant(), end);
    return replaced.isPresent() && rest.isPositive() ? call.apply(replaced.get(), rest) : reply;
  }

  /** Strips the line end that is often pasted with a key. */
  private static Optional<String> findKey(Secrets secrets, String name) {
    return secrets.find(name).map(String::strip);
  }

  private static boolean isValidKey(String text) {
    return KEY_PATTERN.matcher(text).matches();
  }

  /**
   * Sends a request and waits for the response.
   *
   * @param parser parses a response; throws {@link IllegalArgumentException} if it is invalid
   */
  public static Reply send(
      Provider provider,
      Supplier<Uni<Response>> request,
      Duration timeout,
      Clock clock,
      ObjectMapper json,
      Function<ObjectNode, ModelResponse> parser) {
    try {
      Response response = request.get().await().atMost(timeout);
      return parse(
          provider,
          response.getStatus(),
          RetryAfter.parse(
              name -> Optional.ofNullable(response.getHeaderString(name)), clock.instant()),
          response.readEntity(String.class),
          json,
          parser);
    } catch (TimeoutException e) {
      // With a timeout below the connect timeout, the request may not have been sent.
      return new Reply.ResponseLost(new Reply.TimedOut());
    } catch (RuntimeException e) {
      // Catches all exceptions of the client: every attempted call needs its record.
      LOG.warnf("Failed to receive the response of %s: %s", provider.displayName(), e);
      return isConnectFailure(e) ? UNREACHABLE : new Reply.ResponseLost(UNREACHABLE);
    }
  }

  /** Returns whether an HTTP client failed before it had a connection. */
  static boolean isConnectFailure(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof ConnectException
          || cause instanceof NoRouteToHostException
          || cause instanceof UnknownHostException
          || cause instanceof HttpConnectTimeoutException
          || cause instanceof SSLHandshakeException) {
        return true;
      }
    }
    return false;
  }

  /** Parses a complete response. */
  public static Reply parse(
      Provider provider,
      int status,
      Optional<Duration> retryAfter,
      String text,
      ObjectMapper json,
      Function<ObjectNode, ModelResponse> parser) {
    try {
      JsonNode body = json.readTree(text);
      if (status == 200 && body instanceof ObjectNode answer) {
        return new Reply.Answered(parser.apply(answer));
      }
      if (status >= 400) {
        JsonNode error = body.path("error");
        return new Reply.ProviderError(
            status,
            error.path("type").asText("api_error"),
            error.path("message").asText("the provider gave no message"),
            retryAfter,
            Optional.ofNullable(error.path("code").textValue()),
            Optional.ofNullable(error.path("param").textValue()));
      }
    } catch (JsonProcessingException | IllegalArgumentException e) {
      if (status >= 400) {
        return new Reply.ProviderError(
            status, "api_error", "the provider gave no message", retryAfter);
      }
      // The JSON parser quotes the response in its message, and logs must not contain responses.
      String why = e instanceof JsonProcessingException ? "it is not valid JSON" : e.getMessage();
      LOG.warnf(
          "Failed to parse the response of %s: %s (HTTP %d)", provider.displayName(), why, status);
    }
    Reply.Failure malformed =
        new Reply.MalformedResponse(
            "failed to parse the response of " + provider.displayName() + " (HTTP " + status + ")");
    return status == 200 ? new Reply.ResponseLost(malformed) : malformed;
  }
}
