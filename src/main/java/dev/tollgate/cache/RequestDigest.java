package dev.tollgate.cache;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.tollgate.provider.ModelRequest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/** The SHA-256 of an audience and of everything that shapes a response. */
final class RequestDigest {
  private static final ObjectWriter SORTED_WRITER =
      JsonMapper.builder().enable(JsonNodeFeature.WRITE_PROPERTIES_SORTED).build().writer();

  private final MessageDigest digest = sha256();

  /**
   * Creates a digest of a schema.
   *
   * @param schema distinguishes kinds of digests, and versions of one kind
   */
  RequestDigest(String schema) {
    add(schema);
  }

  RequestDigest add(CacheKey.Audience audience) {
    switch (audience) {
      case CacheKey.Audience.Team(String team) -> add(team);
      case CacheKey.Audience.User(String team, String user) -> add(team).add(user);
      case CacheKey.Audience.Everyone() -> {}
    }
    return this;
  }

  RequestDigest add(Optional<CacheKey.Prompt> prompt) {
    addPart(prompt.map(CacheKey.Prompt::versionHash));
    addPart(prompt.map(it -> Long.toString(it.epoch())));
    return this;
  }

  RequestDigest add(ModelRequest request) {
    // The pattern names every component. A new component of ModelRequest fails to compile here
    // until it is known whether it shapes the response. Metadata, which names the caller, does not,
    // and neither does streaming.
    switch (request) {
      case ModelRequest(
              var provider,
              var apiVersion,
              var apiBeta,
              var model,
              var maxTokens,
              var system,
              var messages,
              var temperature,
              var _,
              var _,
              var others) -> {
        add(provider.id());
        addPart(apiVersion);
        addPart(apiBeta);
        add(model);
        addPart(maxTokens.stream().mapToObj(Integer::toString).findFirst());
        addPart(system.map(RequestDigest::canonical));
        add(canonical(messages));
        addPart(temperature.map(value -> Double.toString(value.doubleValue())));
        add(canonical(others));
      }
    }
    return this;
  }

  private void addPart(Optional<String> part) {
    add(part.isPresent() ? "1" : "0");
    add(part.orElse(""));
  }

  /** Length-prefixes each part, so that adjacent parts cannot run together. */
  RequestDigest add(String part) {
    byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
    digest.update(bytes);
    return this;
  }

  /** Sorts fields, so that their order does not matter, and keeps numbers as they were sent. */
  RequestDigest add(JsonNode json) {
    return add(canonical(json));
  }

  /** The hash. A digest can return it only once. */
  String hex() {
    return HexFormat.of().formatHex(digest.digest());
  }

  private static String canonical(JsonNode json) {
    try {
      return SORTED_WRITER.writeValueAsString(json);
    } catch (JsonProcessingException e) {
      throw new AssertionError("a tree can always be written as JSON", e);
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }
}
