package dev.tollgate.cache;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.provider.ModelRequest;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A set of questions that differ only in their words. Everything else that shapes a response is
 * part of the name: audience, prompt and its purges, model, parameters, documents and earlier
 * turns.
 */
public record SemanticPartition(String value) {
  private static final String SCHEMA = "semantic 1";

  /**
   * The partition of a question.
   *
   * @param rest the request without the question
   * @param variables the variables of the prompt, except the question. The request contains them,
   *     but without their limits
   */
  public static SemanticPartition of(
      CacheKey.Audience audience,
      CacheKey.Prompt prompt,
      ModelRequest rest,
      Map<String, JsonNode> variables) {
    RequestDigest digest =
        new RequestDigest(SCHEMA).add(audience).add(Optional.of(prompt)).add(rest);
    new TreeMap<>(variables).forEach((name, value) -> digest.add(name).add(value));
    return new SemanticPartition("tollgate:questions:" + audience.name() + ":" + digest.hex());
  }

  /** The partition for one embedding model, since vectors of two models cannot be compared. */
  SemanticPartition of(String embeddings) {
    return new SemanticPartition(value + ":" + embeddings);
  }
}
