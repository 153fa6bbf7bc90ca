package dev.tollgate.cache;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.provider.ModelRequest;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Where questions are kept that differ in nothing but their words. Whatever else tells two answers
 * apart, tells their partitions apart: who asks, the prompt and its purges, the model, parameters,
 * documents, earlier turns.
 */
public record SemanticPartition(String value) {
  private static final String SCHEMA = "semantic 1";

  /**
   * The partition of a question.
   *
   * @param rest the request, with the question taken out
   * @param variables the prompt's, but the one that holds the question. They are in the request
   *     already, but a value could read as if another began in it
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

  /** The same for vectors of one embedding model, since those of two say nothing of each other. */
  SemanticPartition of(String embeddings) {
    return new SemanticPartition(value + ":" + embeddings);
  }
}
