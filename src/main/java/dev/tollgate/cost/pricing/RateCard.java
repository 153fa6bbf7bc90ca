package dev.tollgate.cost.pricing;

import dev.tollgate.provider.Usage;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The rates of a model. Which of them price a request is decided by the length of its whole prompt,
 * and they then price all of it, the answer included.
 *
 * @param standard for prompts that are not long
 * @param longPrompts for those that are, where they have rates of their own
 * @param priority for the service tier of that name, which takes no long prompts
 */
record RateCard(Rates standard, Optional<LongPromptRates> longPrompts, Optional<Rates> priority) {
  /** Rates of requests whose prompt has more than {@code above} tokens. */
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

  /** All rates that may price a request whose prompt has at most so many tokens. */
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
