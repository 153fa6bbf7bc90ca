package dev.tollgate.secret;

import java.util.Optional;

/** Secrets by name. They never appear in logs, errors or lists. */
public interface Secrets {
  /** The API key of Anthropic. */
  String ANTHROPIC_API_KEY = "anthropic_api_key";

  /** The API key of OpenAI. */
  String OPENAI_API_KEY = "openai_api_key";

  /** The API key of an embeddings endpoint, if it needs one. */
  String EMBEDDINGS_API_KEY = "embeddings_api_key";

  /** The key that signs and encrypts cache entries: any long random text. */
  String CACHE_KEY = "cache_key";

  /** Finds a secret. It never throws: a secret that cannot be read is absent. */
  Optional<String> find(String name);

  /** Discards cached secrets after a rejected one, since it may have been rotated. */
  void invalidate();
}
