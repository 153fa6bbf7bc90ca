package dev.tollgate.cost.pricing;

import dev.tollgate.provider.Usage;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The rates of a model. The length of the whole prompt decides which of them price a request. They
 * price all of it, the output included.
 *
 * @param standard for ordinary prompts
 * @param longPrompts for long prompts, if these have their own rates
 * @param priority for the priority service tier, which does not accept long prompts
 */
record RateCard(Rates standard, Optional<LongPromptRates> longPrompts, Optional<Rates> priority) {
  /** Rates of requests whose prompt has more than {@code thresholdTokens} tokens. */
  record LongPromptRates(long thresholdTokens, Rates rates) {}

  Rates rates(Usage usage) {
    return longPrompts
        .filter(it -> usage.promptTokens() > it.thresholdTokens())
        .map(LongPromptRates::rates)
        .orElse(standard);
  }

  Optional<Rates> priority(Usage usage) {
    boolean isLong =
        longPrompts.filter(it -> usage.promptTokens() > it.thresholdTokens()).isPresent();
    return isLong ? Optional.empty() : priority;
  }

  /** All rates that may price a request whose prompt has at most that many tokens. */
  List<Rates> applicableRates(long promptTokens) {
    return Stream.of(
            Optional.of(standard),
            longPrompts
                .filter(it -> promptTokens > it.thresholdTokens())
                .map(LongPromptRates::rates),
            priority)
        .flatMap(Optional::stream)
        .toList();
  }
}
