package dev.tollgate.provider;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What is known of a model.
 *
 * @param minCacheableTokens the shortest prefix that the provider's prompt cache keeps
 * @param charactersPerToken of English text, for estimates
 * @param sampling when it takes parameters of sampling
 * @param thinkingTypes the types of Anthropic's {@code thinking} that it takes; empty if not known
 * @param retirementDate the day on which the provider ends it, where that is announced
 * @param successor the model to ask in its place, where the provider recommends one
 * @param limits what it takes and gives at most
 */
public record ModelInfo(
    Provider provider,
    String model,
    int minCacheableTokens,
    double charactersPerToken,
    SamplingSupport sampling,
    Set<String> thinkingTypes,
    Optional<LocalDate> retirementDate,
    Optional<String> successor,
    ModelLimits limits) {
  /** Code and tables have about a third fewer characters to a token than prose. */
  private static final double DENSE_TEXT_FACTOR = 2.0 / 3;

  private static final int FIRST_NON_ASCII = 128;

  private static final String TEMPERATURE = "temperature";
  private static final String THINKING = "thinking";

  /** The types there are so far. One that came later is the provider's to judge. */
  private static final Set<String> KNOWN_THINKING_TYPES = Set.of("enabled", "adaptive", "disabled");

  public ModelInfo {
    thinkingTypes = Set.copyOf(thinkingTypes);
  }

  /**
   * Whether a text is surely shorter than what the provider's prompt cache keeps. To tell for sure,
   * it is taken to be dense, and every character beyond ASCII for a token.
   */
  public boolean isTooShortToCache(CharSequence text) {
    long ascii = text.codePoints().filter(each -> each < FIRST_NON_ASCII).count();
    long others = text.codePoints().count() - ascii;
    return ascii / (charactersPerToken * DENSE_TEXT_FACTOR) + others < minCacheableTokens;
  }

  /** About how many tokens a text of that many characters has. */
  public long estimateTokens(long characters) {
    return Math.round(characters / charactersPerToken);
  }

  /** Whether the provider has ended it by then. */
  public boolean isRetired(LocalDate today) {
    return retirementDate.filter(date -> !date.isAfter(today)).isPresent();
  }

  /** The request without what this model would refuse it for. */
  AdaptedRequest adapt(ModelRequest request) {
    List<String> rejected = new ArrayList<>();
    if (!sampling.acceptsParametersIn(request)) {
      if (request.temperature().isPresent()) {
        rejected.add(TEMPERATURE);
      }
      provider.samplingFields().stream()
          .filter(request.otherFields()::hasNonNull)
          .forEach(rejected::add);
    }
    String type = request.otherFields().path(THINKING).path("type").asText();
    if (!thinkingTypes.isEmpty()
        && KNOWN_THINKING_TYPES.contains(type)
        && !thinkingTypes.contains(type)) {
      rejected.add(THINKING);
    }
    return new AdaptedRequest(
        rejected.isEmpty() ? request : request.withoutFields(Set.copyOf(rejected)), rejected);
  }
}
