package dev.tollgate.secret;

import java.util.Optional;

/** Secrets by name. None of them goes into logs, errors or listings. */
public interface Secrets {
  /** The key of Anthropic's API. */
  String ANTHROPIC_API_KEY = "anthropic_api_key";

  /** The key of OpenAI's API. */
  String OPENAI_API_KEY = "openai_api_key";

  /** The key of an embeddings endpoint, if one is used and wants one. */
  String EMBEDDINGS_API_KEY = "embeddings_api_key";

  /** What entries of the response cache are signed with; any long random text. */
  String CACHE_KEY = "cache_key";

  /**
   * A secret, or nothing if none is configured under that name. Never throws: what cannot be read
   * is not configured.
   */
  Optional<String> find(String name);

  /** Whoever was given a secret was refused with it: it may have been replaced meanwhile. */
  void invalidate();
}
