package dev.tollgate.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.tollgate.cache.CacheKey.Audience;
import dev.tollgate.provider.ModelRequest;
import dev.tollgate.provider.anthropic.MessagesJson;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Extends {@link CacheKeyTest}, which tests the requests of both. */
final class SemanticPartitionTest {
  private static final Audience TEAM = new Audience.Team("search");
  private static final CacheKey.Prompt PROMPT = new CacheKey.Prompt("hash", 0);

  @Test
  void everythingThatShapesResponseSeparatesPartitions() {
    Map<String, JsonNode> context = Map.of("context", TextNode.valueOf("facts"));
    Set<SemanticPartition> partitions =
        Set.of(
            SemanticPartition.of(TEAM, PROMPT, request("m"), context),
            SemanticPartition.of(new Audience.Team("sales"), PROMPT, request("m"), context),
            SemanticPartition.of(new Audience.User("search", "u"), PROMPT, request("m"), context),
            SemanticPartition.of(new Audience.Everyone(), PROMPT, request("m"), context),
            SemanticPartition.of(TEAM, new CacheKey.Prompt("other", 0), request("m"), context),
            SemanticPartition.of(TEAM, new CacheKey.Prompt("hash", 1), request("m"), context),
            SemanticPartition.of(TEAM, PROMPT, request("n"), context),
            SemanticPartition.of(
                TEAM, PROMPT, request("m"), Map.of("context", TextNode.valueOf("others"))),
            SemanticPartition.of(
                TEAM, PROMPT, request("m"), Map.of("contex", TextNode.valueOf("tfacts"))),
            SemanticPartition.of(TEAM, PROMPT, request("m"), Map.of()),
            SemanticPartition.of(TEAM, PROMPT, request("m"), context).of("one model"),
            SemanticPartition.of(TEAM, PROMPT, request("m"), context).of("another model"));

    assertEquals(12, partitions.size());
  }

  @Test
  void nameBeginsWithAudience() {
    SemanticPartition partition = SemanticPartition.of(TEAM, PROMPT, request("m"), Map.of());

    assertTrue(partition.value().startsWith("tollgate:questions:search:"), partition.value());
  }

  private static ModelRequest request(String model) {
    return MessagesJson.newRequest(
        model,
        10,
        Optional.empty(),
        JsonNodeFactory.instance.arrayNode(),
        Optional.of(BigDecimal.ZERO));
  }
}
