package dev.tollgate.shadow;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.cost.calls.CallId;
import dev.tollgate.identity.Caller;
import dev.tollgate.invocation.Invocation;
import dev.tollgate.json.JsonMappers;
import dev.tollgate.prompt.PromptName;
import dev.tollgate.provider.ModelRequest;
import dev.tollgate.provider.ParseResult;
import dev.tollgate.provider.Provider;
import dev.tollgate.provider.anthropic.MessagesJson;
import dev.tollgate.provider.openai.ChatJson;
import jakarta.inject.Singleton;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/**
 * Reads and writes shadow requests as events of {@code nightlyRegression}: {@code {"action":
 * "shadow", "call_id": ..., "sealed": ...}}.
 */
@Singleton
class ShadowEventCodec {
  static final String ACTION = "shadow";

  private static final ObjectMapper JSON = JsonMappers.EXACT;

  private final EventEncryptor encryptor;

  ShadowEventCodec(EventEncryptor encryptor) {
    this.encryptor = encryptor;
  }

  /** Writes an event. Returns empty if no key is configured to encrypt it. */
  Optional<byte[]> write(ShadowRequest shadow) {
    String callId = shadow.callId().value();
    Caller caller = shadow.caller();
    ObjectNode content =
        JSON.createObjectNode()
            .put("answered_by", shadow.hit().answeredBy().value())
            .put("similarity", shadow.hit().similarity())
            .put("prompt", shadow.prompt().value())
            .put("version", shadow.version())
            .put("key_id", caller.keyId())
            .put("person", caller.principalId())
            .put("team", caller.team())
            .put("endpoint", shadow.endpoint())
            .put("question", shadow.question())
            .put("served", shadow.served());
    content.set("request", writeRequest(shadow.input().request()));
    return encryptor
        .encrypt(callId, content.toString())
        .map(
            encrypted ->
                JSON.createObjectNode()
                    .put("action", ACTION)
                    .put("call_id", callId)
                    .put("sealed", Base64.getEncoder().encodeToString(encrypted))
                    .toString()
                    .getBytes(StandardCharsets.UTF_8));
  }

  private static ObjectNode writeRequest(ModelRequest request) {
    ObjectNode json = JSON.createObjectNode().put("provider", request.provider().id());
    request.apiVersion().ifPresent(version -> json.put("api_version", version));
    request.apiBeta().ifPresent(beta -> json.put("api_beta", beta));
    return json.set(
        "body",
        switch (request.provider()) {
          case ANTHROPIC -> MessagesJson.writeRequest(request);
          case OPENAI -> ChatJson.writeRequest(request);
        });
  }

  /**
   * Reads an event.
   *
   * @return empty if {@link #write} did not encrypt it, or if the key has changed since
   */
  Optional<ShadowRequest> read(JsonNode event) {
    String callId = event.path("call_id").asText();
    return decodeBase64(event.path("sealed").asText())
        .flatMap(encrypted -> encryptor.decrypt(callId, encrypted))
        .map(content -> parseShadowRequest(callId, parseJson(content)));
  }

  private static Optional<byte[]> decodeBase64(String base64) {
    try {
      return Optional.of(Base64.getDecoder().decode(base64));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static ShadowRequest parseShadowRequest(String callId, JsonNode content) {
    return new ShadowRequest(
        new ShadowRequest.Hit(
            new CallId(callId),
            new CallId(content.path("answered_by").asText()),
            new BigDecimal(content.path("similarity").asText())),
        ShadowRequest.caller(
            content.path("key_id").asText(),
            content.path("person").asText(),
            content.path("team").asText()),
        content.path("endpoint").asText(),
        new Invocation.Input.Replayed(
            parseRequest(content.path("request")),
            new PromptName(content.path("prompt").asText()),
            content.path("version").asInt()),
        content.path("question").asText(),
        content.path("served").asText());
  }

  private static ModelRequest parseRequest(JsonNode json) {
    ObjectNode body = (ObjectNode) json.path("body");
    ParseResult result =
        json.path("provider").asText().equals(Provider.ANTHROPIC.id())
            ? MessagesJson.parseRequest(
                body,
                Optional.ofNullable(json.path("api_version").textValue()),
                Optional.ofNullable(json.path("api_beta").textValue()))
            : ChatJson.parseRequest(body);
    return switch (result) {
      case ParseResult.Parsed(ModelRequest request) -> request;
      case ParseResult.Invalid(String field, String problem) ->
          throw new IllegalStateException(
              "The request of a shadow event is not valid: " + field + " " + problem);
    };
  }

  private static JsonNode parseJson(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A decrypted shadow event is not JSON", e);
    }
  }
}
