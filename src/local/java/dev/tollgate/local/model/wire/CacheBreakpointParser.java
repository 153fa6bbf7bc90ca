package dev.tollgate.local.model.wire;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.local.model.fault.ProviderApiException;
import dev.tollgate.local.model.wire.PromptCache.Block;
import dev.tollgate.local.model.wire.PromptCache.Lifetime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The provider's rules for {@code cache_control}: where it may stand, how often, in what order. */
final class CacheBreakpointParser {
  private CacheBreakpointParser() {}

  static Optional<Lifetime> parse(JsonNode mark, String at) {
    if (mark.isMissingNode() || mark.isNull()) {
      return Optional.empty();
    }
    if (!mark.path("type").asText().equals("ephemeral")) {
      throw ProviderApiException.invalid(at + ".cache_control.type: Input should be 'ephemeral'");
    }
    return Optional.of(
        switch (mark.path("ttl").asText("5m")) {
          case "5m" -> Lifetime.FIVE_MINUTES;
          case "1h" -> Lifetime.ONE_HOUR;
          default ->
              throw ProviderApiException.invalid(
                  at + ".cache_control.ttl: Input should be '5m' or '1h'");
        });
  }

  /** Applies a top-level {@code cache_control}, which marks the last block. */
  static List<Block> withAutomaticBreakpoint(JsonNode body, List<Block> blocks) {
    Optional<Lifetime> automatic = parse(body.path("cache_control"), "body");
    if (automatic.isEmpty()) {
      return blocks;
    }
    Block last = blocks.getLast();
    if (last.breakpoint().isPresent() && !last.breakpoint().equals(automatic)) {
      throw ProviderApiException.invalid(
          "cache_control: the last block has an explicit cache_control with another ttl");
    }
    List<Block> marked = new ArrayList<>(blocks);
    marked.set(marked.size() - 1, new Block(last.content(), last.tokens(), automatic));
    return marked;
  }

  static void validate(List<Block> blocks, int maximum) {
    List<Lifetime> marks = blocks.stream().flatMap(block -> block.breakpoint().stream()).toList();
    if (marks.size() > maximum) {
      throw ProviderApiException.invalid(
          "A maximum of "
              + maximum
              + " blocks with cache_control may be provided. Found "
              + marks.size()
              + ".");
    }
    int firstShort = marks.indexOf(Lifetime.FIVE_MINUTES);
    if (firstShort >= 0 && marks.lastIndexOf(Lifetime.ONE_HOUR) > firstShort) {
      throw ProviderApiException.invalid(
          "a ttl='1h' cache_control block must not come after a ttl='5m' cache_control block");
    }
  }
}
