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
public final class HttpReply {
  private static final Logger LOG = Logger.getLogger(HttpReply.class);

  static final Reply.Failure UNREACHABLE =
      new Reply.Unreachable("the connection to the model provider failed");

  private static final Pattern KEY = Pattern.compile("[!-~]+");

  private HttpReply() {}

  /**
   * Asks with the key of that name. If the provider refuses it, it is looked up anew, and one that
   * was put into its place is tried at once. A key that no header can hold is not tried: clients of
   * HTTP quote it when they complain.
   *
   * @param patience for how long to wait in all
   * @param ask asks with a key, and waits so long at most
   */
  public static Reply withKey(
      Secrets secrets,
      String name,
      Duration patience,
      Clock clock,
      BiFunction<String, Duration, Reply> ask) {
    Instant end = clock.instant().plus(patience);
    Optional<String> key = find(secrets, name);
    if (key.isEmpty()) {
      return new Reply.Misconfigured(
          "no key of the model provider is configured: put " + name + " into Tollgate's secret");
    }
    if (!isKey(key.get())) {
      return new Reply.Misconfigured(
          "the model provider's key holds what no key does, such as a space: put "
              + name
              + " into Tollgate's secret anew");
    }
    // A vault may have taken its time.
    Duration left = Duration.between(clock.instant(), end);
    if (!left.isPositive()) {
      return new Reply.TimedOut();
    }
    Reply reply = ask.apply(key.get(), left);
    if (!(reply instanceof Reply.Declined declined) || declined.status() != 401) {
      return reply;
    }
    secrets.invalidate();
    Optional<String> replaced =
        find(secrets, name).filter(HttpReply::isKey).filter(it -> !it.equals(key.get()));
    Duration rest = Duration.between(clock.instant(), end);
    return replaced.isPresent() && rest.isPositive() ? ask.apply(replaced.get(), rest) : reply;
  }

  /** Whoever pastes a key often pastes the end of its line, too. */
  private static Optional<String> find(Secrets secrets, String name) {
    return secrets.find(name).map(String::strip);
  }

  private static boolean isKey(String text) {
    return KEY.matcher(text).matches();
  }

  /**
   * Sends a request and waits for what comes back.
   *
   * @param reading reads an answer, and throws {@link IllegalArgumentException} if it is none
   */
  public static Reply await(
      Supplier<Uni<Response>> request,
      Duration patience,
      Clock clock,
      ObjectMapper json,
      Function<ObjectNode, ModelResponse> reading) {
    try {
      Response response = request.get().await().atMost(patience);
      return read(
          response.getStatus(),
          RetryAfter.read(
              name -> Optional.ofNullable(response.getHeaderString(name)), clock.instant()),
          response.readEntity(String.class),
          json,
          reading);
    } catch (TimeoutException e) {
      // With less time than a connection may take, it may not even have been sent.
      return new Reply.Unanswered(new Reply.TimedOut());
    } catch (RuntimeException e) {
      // Whatever the client throws, wrapped or not: a call that was tried must end in its record.
      LOG.warnf("no answer from the model provider: %s", e);
      return isUnconnected(e) ? UNREACHABLE : new Reply.Unanswered(UNREACHABLE);
    }
  }

  /** Whether a client of HTTP failed before it had a connection to send anything over. */
  static boolean isUnconnected(Throwable failure) {
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
  public static Reply read(
      int status,
      Optional<Duration> retryAfter,
      String text,
      ObjectMapper json,
      Function<ObjectNode, ModelResponse> reading) {
    try {
      JsonNode body = json.readTree(text);
      if (status == 200 && body instanceof ObjectNode answer) {
        return new Reply.Answered(reading.apply(answer));
      }
      if (status >= 400) {
        JsonNode error = body.path("error");
        return new Reply.Declined(
            status,
            error.path("type").asText("api_error"),
            error.path("message").asText("the provider gave no message"),
            retryAfter,
            Optional.ofNullable(error.path("code").textValue()),
            Optional.ofNullable(error.path("param").textValue()));
      }
    } catch (JsonProcessingException | IllegalArgumentException e) {
      if (status >= 400) {
        return new Reply.Declined(status, "api_error", "the provider gave no message", retryAfter);
      }
      // A parser quotes what it stumbled over, and no answer may get into a log.
      String why = e instanceof JsonProcessingException ? "it is no JSON" : e.getMessage();
      LOG.warnf("the model provider's answer (HTTP %d) is not understood: %s", status, why);
    }
    Reply.Failure unreadable =
        new Reply.Unreadable("the model provider's answer (HTTP " + status + ") made no sense");
    return status == 200 ? new Reply.Unanswered(unreadable) : unreadable;
  }
}
