package dev.tollgate.shadow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.cost.calls.CallId;
import dev.tollgate.invocation.Invocation;
import dev.tollgate.provider.ModelRequest;
import dev.tollgate.provider.anthropic.MessagesJson;
import dev.tollgate.provider.openai.ChatJson;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ShadowEventCodecTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ShadowEventCodec events = ShadowRequests.events(Optional.of("secret"));

  @Test
  void readsAnEventAsWritten() throws IOException {
    ModelRequest anthropic = ShadowRequests.request();
    anthropic.otherFields().put("top_p", new BigDecimal("0.90")).put("future", "field");
    ModelRequest openAi =
        ChatJson.newRequest(
            "gpt-5.4", 100, anthropic.messages(), Optional.of(new BigDecimal("0.30")));
    ModelRequest beta =
        new ModelRequest(
            anthropic.provider(),
            Optional.of("2023-06-01"),
            Optional.of("some-beta"),
            anthropic.model(),
            anthropic.maxTokens(),
            anthropic.system(),
            anthropic.messages(),
            anthropic.temperature(),
            Optional.empty(),
            Optional.empty(),
            anthropic.otherFields());

    for (ModelRequest request : List.of(anthropic, openAi, beta)) {
      ShadowRequest shadow = ShadowRequests.of(CallId.next(Clock.systemUTC()), request);
      ShadowRequest read = events.read(event(shadow)).orElseThrow();
      assertEquals(body(request), body(read.input().request()));
      assertEquals(request.apiBeta(), read.input().request().apiBeta());
      assertEquals(request.apiVersion(), read.input().request().apiVersion());
      assertEquals(withStandardRequest(shadow), withStandardRequest(read));
    }
  }

  @Test
  void encryptsAllTextsOfAnEvent() {
    String event =
        new String(events.write(ShadowRequests.next()).orElseThrow(), StandardCharsets.UTF_8);

    for (String secret : List.of("30 days", "send it back", "returns", "key_1", "key_0")) {
      assertFalse(event.contains(secret), event);
    }
  }

  @Test
  void rejectsAnEventOfAnotherKeyOrCall() throws IOException {
    ObjectNode event = event(ShadowRequests.next());
    ObjectNode another = event.deepCopy().put("call_id", CallId.next(Clock.systemUTC()).value());
    ObjectNode empty = event.deepCopy().put("sealed", "");
    ShadowEventCodec otherKey = ShadowRequests.events(Optional.of("another secret"));

    assertEquals(Optional.empty(), events.read(another));
    assertEquals(Optional.empty(), events.read(empty));
    assertEquals(Optional.empty(), events.read(event.deepCopy().put("sealed", "no base64")));
    assertEquals(Optional.empty(), otherKey.read(event), "as after a rotation");
    assertEquals(Optional.empty(), ShadowRequests.events(Optional.empty()).read(event));
  }

  @Test
  void writesNoEventWithoutAKey() {
    assertEquals(
        Optional.empty(), ShadowRequests.events(Optional.empty()).write(ShadowRequests.next()));
  }

  private ObjectNode event(ShadowRequest shadow) throws IOException {
    return (ObjectNode) JSON.readTree(events.write(shadow).orElseThrow());
  }

  /** Replaces the model request, whose absent parts have more than one form. */
  private static ShadowRequest withStandardRequest(ShadowRequest shadow) {
    return new ShadowRequest(
        shadow.hit(),
        shadow.caller(),
        shadow.endpoint(),
        new Invocation.Input.Replayed(ShadowRequests.request(), shadow.prompt(), shadow.version()),
        shadow.question(),
        shadow.served());
  }

  private static JsonNode body(ModelRequest request) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    return body.set(
        "body",
        switch (request.provider()) {
          case ANTHROPIC -> MessagesJson.writeRequest(request);
          case OPENAI -> ChatJson.writeRequest(request);
        });
  }
}
