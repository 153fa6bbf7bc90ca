package dev.tollgate.cache;

import dev.tollgate.provider.ModelRequest;
import java.util.Optional;

/**
 * The key of a cached response: its audience, and the SHA-256 of the audience and of everything
 * that shapes the response. Equal requests of two teams have two keys, unless the audience of the
 * prompt is everyone.
 */
public record CacheKey(String value) {
  private static final String SCHEMA = "3";

  /**
   * The key of a request.
   *
   * @param audience the callers that may receive the response
   * @param prompt the managed prompt, if one is used
   */
  public static CacheKey of(Audience audience, Optional<Prompt> prompt, ModelRequest request) {
    String digest = new RequestDigest(SCHEMA).add(audience).add(prompt).add(request).hex();
    return new CacheKey("tollgate:answer:" + audience.name() + ":" + digest);
  }

  /** The parts of a managed prompt that shape a response, and its number of purges. */
  public record Prompt(String versionHash, long epoch) {}

  /**
   * The callers that may receive a response. The team is the verified caller's, never from the
   * request.
   */
  public sealed interface Audience {
    String name();

    record Team(String team) implements Audience {
      @Override
      public String name() {
        return team;
      }
    }

    /** One end user of a team. Only the team can verify the user. */
    record User(String team, String user) implements Audience {
      @Override
      public String name() {
        return team + ":user";
      }
    }

    /** All teams. No team has the name {@code *}, since names begin with a letter or a digit. */
    record Everyone() implements Audience {
      @Override
      public String name() {
        return "*";
      }
    }
  }

  /** The hash alone, which identifies an entry and reveals nothing of it. */
  public String digest() {
    return value.substring(value.lastIndexOf(':') + 1);
  }
}
