package dev.tollgate.shadow;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.tollgate.cost.calls.CallId;
import dev.tollgate.invocation.Invocation;
import dev.tollgate.prompt.PromptName;
import dev.tollgate.provider.ModelRequest;
import dev.tollgate.provider.anthropic.MessagesJson;
import dev.tollgate.secret.Secrets;
import java.math.BigDecimal;
import java.time.Clock;
import java.util.Optional;

/** Shadow requests for tests. */
final class ShadowRequests {
  static final PromptName NAME = new PromptName("returns");
  static final String QUESTION = "Until when can I send it back?";
  static final String SERVED = "You can return any product within 30 days.";

  private ShadowRequests() {}

  static ShadowRequest next() {
    return of(CallId.next(Clock.systemUTC()));
  }

  static ShadowRequest of(CallId call) {
    return of(call, request());
  }

  static ShadowRequest of(CallId call, ModelRequest request) {
    return new ShadowRequest(
        new ShadowRequest.Hit(call, CallId.next(Clock.systemUTC()), new BigDecimal("0.9612")),
        ShadowRequest.caller("key_1", "key_0", "search"),
        "chat",
        new Invocation.Input.Replayed(request, NAME, 1),
        QUESTION,
        SERVED);
  }

  static ModelRequest request() {
    ArrayNode messages = JsonNodeFactory.instance.arrayNode();
    messages.addObject().put("role", "user").put("content", QUESTION);
    return MessagesJson.newRequest(
        "claude-haiku-4-5",
        100,
        Optional.of(TextNode.valueOf("Answer.")),
        messages,
        Optional.of(new BigDecimal("0.30")));
  }

  static ShadowEventCodec events(Optional<String> key) {
    return new ShadowEventCodec(
        new EventEncryptor(
            new Secrets() {
              @Override
              public Optional<String> find(String name) {
                return key.filter(_ -> name.equals(CACHE_KEY));
              }

              @Override
              public void invalidate() {}
            }));
  }
}
