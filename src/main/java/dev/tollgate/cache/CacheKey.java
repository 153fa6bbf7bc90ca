package dev.tollgate.cache;

import dev.tollgate.provider.ModelRequest;
import java.util.Optional;

/**
 * Where an answer is kept: whom it is for, and the SHA-256 of that and of all that shapes the
 * answer. Equal requests of two teams have two keys, unless a prompt is said to be for everyone.
 */
public record CacheKey(String value) {
  private static final String SCHEMA = "3";

  /**
   * The key of a request.
   *
   * @param audience whom the answer is for
   * @param prompt the managed prompt, if one is used
   */
  public static CacheKey of(Audience audience, Optional<Prompt> prompt, ModelRequest request) {
    String digest = new RequestDigest(SCHEMA).add(audience).add(prompt).add(request).hex();
    return new CacheKey("tollgate:answer:" + audience.name() + ":" + digest);
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
}
