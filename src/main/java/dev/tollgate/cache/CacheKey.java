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

/**
 * Where an answer is kept: whom it is for, and the SHA-256 of that and of all that shapes the
 * answer. Equal requests of two teams have two keys, unless a prompt is said to be for everyone.
 */
public record CacheKey(String value) {
  private static final String SCHEMA = "3";
  private static final ObjectWriter SORTED =
      JsonMapper.builder().enable(JsonNodeFeature.WRITE_PROPERTIES_SORTED).build().writer();

  /**
   * The key of a request.
   *
   * @param audience whom the answer is for
   * @param prompt the managed prompt, if one is used
   */
  public static CacheKey of(Audience audience, Optional<Prompt> prompt, ModelRequest request) {
    // The pattern names every component, so that adding one to ModelRequest fails to compile here
    // until someone decides whether it shapes the answer. Metadata does not: it names the caller.
    // Nor does it whether the answer is streamed.
    return switch (request) {
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
        MessageDigest digest = sha256();
        update(digest, SCHEMA);
        switch (audience) {
          case Audience.Team(String team) -> update(digest, team);
          case Audience.User(String team, String user) -> {
            update(digest, team);
            update(digest, user);
          }
          case Audience.Everyone() -> {}
        }
        update(digest, prompt.map(Prompt::versionHash));
        update(digest, prompt.map(it -> Long.toString(it.epoch())));
        update(digest, provider.id());
        update(digest, apiVersion);
        update(digest, apiBeta);
        update(digest, model);
        update(digest, maxTokens.stream().mapToObj(Integer::toString).findFirst());
        update(digest, system.map(CacheKey::canonical));
        update(digest, canonical(messages));
        update(digest, temperature.map(value -> Double.toString(value.doubleValue())));
        update(digest, canonical(others));
        yield new CacheKey(
            "tollgate:answer:" + audience.name() + ":" + HexFormat.of().formatHex(digest.digest()));
      }
    };
  }

  /** The part of a managed prompt that shapes an answer, or forgets it. */
  public record Prompt(String versionHash, long epoch) {}

  /** Who may be given an answer. Teams are the verified caller's, never what a request says. */
  public sealed interface Audience {
    String name();

    record Team(String team) implements Audience {
      @Override
      public String name() {
        return team;
      }
    }

    /** One end user, whom only the team itself can tell from another. */
    record User(String team, String user) implements Audience {
      @Override
      public String name() {
        return team + ":user";
      }
    }

    /** No team has this name: theirs begin with a letter or a digit. */
    record Everyone() implements Audience {
      @Override
      public String name() {
        return "*";
      }
    }
  }

  /** The hash in it, which tells entries apart and nothing of what they hold. */
  public String digest() {
    return value.substring(value.lastIndexOf(':') + 1);
  }

  /** Fields sorted, so that their order makes no difference; numbers as they were sent. */
  private static String canonical(JsonNode json) {
    try {
      return SORTED.writeValueAsString(json);
    } catch (JsonProcessingException e) {
      throw new AssertionError("a tree is always JSON", e);
    }
  }

  private static void update(MessageDigest digest, Optional<String> part) {
    update(digest, part.isPresent() ? "1" : "0");
    update(digest, part.orElse(""));
  }

  /** Length-prefixes each part, so that neighbouring parts cannot run together. */
  private static void update(MessageDigest digest, String part) {
    byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
    digest.update(bytes);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }
}
