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

/** What a provider says over HTTP, in the one shape that errors of all providers have. */
public final class ProviderHttp {
  private static final Logger LOG = Logger.getLogger(ProviderHttp.class);

  static final Reply.Failure UNREACHABLE =
      new Reply.Unreachable("the connection to the model provider failed");

  private static final Pattern KEY_PATTERN = Pattern.compile("[!-~]+");

  private ProviderHttp() {}

  /**
   * Calls with the key of that name. If the provider rejects it, the key is read again, and a
   * replaced key is tried at once. A key that is not a valid header value is not tried, because
   * HTTP clients quote it in their errors.
   *
   * @param timeout of the whole call
   * @param call asks with a key, and waits so long at most
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
          "no key of the model provider is configured: put " + name + " into Tollgate's secret");
    }
    if (!isValidKey(key.get())) {
      return new Reply.Misconfigured(
          "the model provider's key contains invalid characters, such as a space: store "
              + name
              + " in Tollgate's secret again");
    }
    // Reading the secret may have taken a while.
    Duration remaining = Duration.between(clock.instant(), end);
    if (!remaining.isPositive()) {
      return new Reply.TimedOut();
    }
    Reply reply = call.apply(key.get(), remaining);
    if (!(reply instanceof Reply.ProviderError declined) || declined.status() != 401) {
      return reply;
    }
    secrets.invalidate();
    Optional<String> replaced =
        findKey(secrets, name).filter(ProviderHttp::isValidKey).filter(it -> !it.equals(key.get()));
    Duration rest = Duration.between(clock.instant(), end);
    return replaced.isPresent() && rest.isPositive() ? call.apply(replaced.get(), rest) : reply;
  }

  /** A pasted key often ends with a line break. */
  private static Optional<String> findKey(Secrets secrets, String name) {
    return secrets.find(name).map(String::strip);
  }

  private static boolean isValidKey(String text) {
    return KEY_PATTERN.matcher(text).matches();
  }

  /**
   * Sends a request and waits for what comes back.
   *
   * @param parser reads an answer, and throws {@link IllegalArgumentException} if it is none
   */
  public static Reply send(
      Supplier<Uni<Response>> request,
      Duration timeout,
      Clock clock,
      ObjectMapper json,
      Function<ObjectNode, ModelResponse> parser) {
    try {
      Response response = request.get().await().atMost(timeout);
      return parse(
          response.getStatus(),
          RetryAfter.parse(
              name -> Optional.ofNullable(response.getHeaderString(name)), clock.instant()),
          response.readEntity(String.class),
          json,
          parser);
    } catch (TimeoutException e) {
      // The request may have been sent, or not, if the connection took all the time.
      return new Reply.ResponseLost(new Reply.TimedOut());
    } catch (RuntimeException e) {
      // Catches everything that the client throws: each attempt must end in a record.
      LOG.warnf("Failed to call the model provider: %s", e);
      return isConnectFailure(e) ? UNREACHABLE : new Reply.ResponseLost(UNREACHABLE);
    }
  }

  /** Whether a client of HTTP failed before it had a connection to send anything over. */
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

  /** Reads an answer of which all has come. */
  public static Reply parse(
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
      // A parser quotes its input, and answers must not be logged.
      String why = e instanceof JsonProcessingException ? "it is not JSON" : e.getMessage();
      LOG.warnf("Failed to parse the model provider's response (HTTP %d): %s", status, why);
    }
    Reply.Failure unreadable =
        new Reply.MalformedResponse(
            "failed to parse the model provider's response (HTTP " + status + ")");
    return status == 200 ? new Reply.ResponseLost(unreadable) : unreadable;
  }
}
