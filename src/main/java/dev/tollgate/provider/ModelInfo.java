package dev.tollgate.provider;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The catalogue's entry for a model.
 *
 * @param minCacheableTokens the shortest prefix that the provider's prompt cache stores
 * @param charactersPerToken of English text, for estimates
 * @param sampling when it accepts sampling parameters
 * @param thinkingTypes the types of Anthropic's {@code thinking} that it accepts; empty if unknown
 * @param retirementDate the day on which the provider retires it, if announced
 * @param successor the replacement that the provider recommends, if any
 * @param limits its maximum input and output
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

  /** The known types. The provider validates newer ones. */
  private static final Set<String> KNOWN_THINKING_TYPES = Set.of("enabled", "adaptive", "disabled");

  public ModelInfo {
    thinkingTypes = Set.copyOf(thinkingTypes);
  }

  /**
   * Returns whether a text is certainly too short for the provider's prompt cache. The upper bound
   * assumes dense text and one token for each non-ASCII character.
   */
  public boolean isTooShortToCache(CharSequence text) {
    long ascii = text.codePoints().filter(each -> each < FIRST_NON_ASCII).count();
    long others = text.codePoints().count() - ascii;
    return ascii / (charactersPerToken * DENSE_TEXT_FACTOR) + others < minCacheableTokens;
  }

  /** Estimates the tokens of a text of that many characters. */
  public long estimateTokens(long characters) {
    return Math.round(characters / charactersPerToken);
  }

  /** Returns whether the provider has retired it by that day. */
  public boolean isRetired(LocalDate today) {
    return retirementDate.filter(date -> !date.isAfter(today)).isPresent();
  }

  /** Removes the fields that this model rejects. */
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
