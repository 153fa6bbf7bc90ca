package dev.tollgate.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.provider.ModelProvider.Reply;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every {@link ModelProvider} must do with what its API says. */
public abstract class ModelProviderContract {
  protected static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  /** A provider whose API says this to whatever it is asked. */
  protected abstract ModelProvider responding(Supplier<Uni<Response>> response);

  protected abstract ModelProvider withoutKey();

  /** Asks "question" of the model "m". */
  protected abstract ModelRequest request(ArrayNode messages);

  /**
   * An answer "text" of the model "m" with 100 new, 20 read and 30 written prompt tokens, and 50
   * tokens of answer, of which 10 were reasoning.
   */
  protected abstract String answer();

  @Test
  void returnsAnswerAndUsage() throws JsonProcessingException {
    Reply.Answered answered = assertInstanceOf(Reply.Answered.class, invoke(200, answer()));

    assertEquals("m", answered.response().model());
    assertEquals("text", answered.response().text());
    assertEquals(FinishReason.END_TURN, answered.response().finishReason());
    assertEquals(new Usage(100, 20, 30, 0, 50, 10), answered.response().usage());
    assertEquals(JSON.readTree(answer()), answered.response().body());
  }

  @Test
  void readsBackWhatItStored() throws JsonProcessingException {
    Reply.Answered answered = assertInstanceOf(Reply.Answered.class, invoke(200, answer()));

    assertEquals(
        answered.response(),
        responding(() -> Uni.createFrom().nothing())
            .parseResponse((ObjectNode) JSON.readTree(answer())));
  }

  @Test
  void returnsTheProvidersError() {
    assertEquals(
        new Reply.ProviderError(
            429, "rate_limit_error", "Slow down.", Optional.of(Duration.ofSeconds(7))),
        invoke(429, "{\"error\": {\"type\": \"rate_limit_error\", \"message\": \"Slow down.\"}}"));
  }

  @Test
  void keepsCodeAndParamOfErrors() {
    Reply.ProviderError declined =
        assertInstanceOf(
            Reply.ProviderError.class,
            invoke(400, "{\"error\": {\"code\": \"too_long\", \"param\": \"messages\"}}"));

    assertEquals(Optional.of("too_long"), declined.code());
    assertEquals(Optional.of("messages"), declined.param());
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "500,`<html>`",
        "500,`{}`",
        "500,`{\"error\": {\"type\": null, \"message\": null}}`"
      })
  void refusalWithoutAReasonIsARefusal(int status, String body) {
    assertEquals(
        new Reply.ProviderError(
            status,
            "api_error",
            "the provider gave no message",
            Optional.of(Duration.ofSeconds(7))),
        invoke(status, body));
  }

  @ParameterizedTest
  @ValueSource(strings = {"<html>", "[]", "{}"})
  void malformedAnswerMayBeBilled(String body) {
    Reply.ResponseLost unanswered = assertInstanceOf(Reply.ResponseLost.class, invoke(200, body));

    assertInstanceOf(Reply.MalformedResponse.class, unanswered.cause());
  }

  @Test
  void malformedErrorIsNotBilled() {
    assertInstanceOf(Reply.MalformedResponse.class, invoke(302, "{}"));
  }

  static Stream<Exception> unsent() {
    return Stream.of(
        new ConnectException("refused"),
        new NoRouteToHostException("api"),
        new UnknownHostException("api"),
        new SSLHandshakeException("not trusted"),
        new IllegalStateException(new ConnectException("timed out")));
  }

  @ParameterizedTest
  @MethodSource("unsent")
  void failedConnectionIsNotBilled(Exception failure) {
    assertInstanceOf(Reply.Unreachable.class, invoke(failing(failure), TIMEOUT));
  }

  @Test
  void disconnectAfterSendingMayBeBilled() {
    Reply.Failure unanswered =
        new Reply.ResponseLost(
            new Reply.Unreachable("the connection to the model provider failed"));

    assertEquals(unanswered, invoke(failing(new IOException("reset")), TIMEOUT));
    assertEquals(
        unanswered,
        invoke(
            responding(
                () -> {
                  throw new IllegalStateException("closed");
                }),
            TIMEOUT));
  }

  private ModelProvider failing(Exception failure) {
    return responding(() -> Uni.createFrom().failure(failure));
  }

  @Test
  void timesOutAndMayBeBilled() {
    assertEquals(
        new Reply.ResponseLost(new Reply.TimedOut()),
        invoke(responding(() -> Uni.createFrom().nothing()), Duration.ofMillis(10)));
  }

  @Test
  void doesNotCallWithoutAKey() {
    assertInstanceOf(Reply.Misconfigured.class, invoke(withoutKey(), TIMEOUT));
  }

  private Reply invoke(int status, String body) {
    Response response = Response.status(status).header("retry-after", "7").entity(body).build();
    return invoke(responding(() -> Uni.createFrom().item(response)), TIMEOUT);
  }

  private Reply invoke(ModelProvider provider, Duration timeout) {
    ArrayNode messages = JsonNodeFactory.instance.arrayNode();
    messages.addObject().put("role", "user").put("content", "question");
    return provider.invoke(request(messages), timeout);
  }
}
