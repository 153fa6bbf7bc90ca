package dev.tollgate.evaluation;

import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/**
 * The results of one version in all its passes.
 *
 * @param scoresByCase the scores of each case's passes, by the id of the case
 */
public record VersionResults(Map<String, List<AttemptScore>> scoresByCase) {
  /** In how many passes an assertion must have the same result to count. */
  private static final int MIN_AGREEING_ATTEMPTS = 2;

  public VersionResults {
    scoresByCase =
        scoresByCase.entrySet().stream()
            .collect(
                Collectors.toUnmodifiableMap(Map.Entry::getKey, it -> List.copyOf(it.getValue())));
  }

  /** The mean over all scored cases. Each case counts once, however often it was scored. */
  public OptionalDouble meanFaithfulness() {
    return faithfulnessByCase().values().stream().mapToDouble(Double::doubleValue).average();
  }

  /** The mean of each case's scores, in order of the case ids. */
  Map<String, Double> faithfulnessByCase() {
    Map<String, Double> scores = new TreeMap<>();
    scoresByCase.forEach(
        (id, attempts) ->
            faithfulnessScores(attempts).average().ifPresent(average -> scores.put(id, average)));
    return scores;
  }

  /** Leaves out the first pass over each case. */
  VersionResults withoutFirstAttempts() {
    Map<String, List<AttemptScore>> later = new TreeMap<>();
    scoresByCase.forEach((id, attempts) -> later.put(id, attempts.subList(1, attempts.size())));
    return new VersionResults(later);
  }

  private static DoubleStream faithfulnessScores(List<AttemptScore> attempts) {
    return attempts.stream()
        .map(AttemptScore::faithfulness)
        .filter(OptionalDouble::isPresent)
        .mapToDouble(OptionalDouble::getAsDouble);
  }

  /** Hard assertions that failed in two passes or more, as {@code case: assertion}. */
  Set<String> failingAssertions() {
    return assertionsWithResult(false);
  }

  /** Hard assertions that passed in two passes or more. */
  Set<String> passingAssertions() {
    return assertionsWithResult(true);
  }

  private Set<String> assertionsWithResult(boolean passed) {
    Map<String, Integer> times = new TreeMap<>();
    scoresByCase.forEach(
        (id, attempts) ->
            attempts.forEach(
                attempt ->
                    attempt
                        .hardAssertions()
                        .forEach(
                            (assertion, result) -> {
                              if (result == passed) {
                                times.merge(id + ": " + assertion, 1, Integer::sum);
                              }
                            })));
    times.values().removeIf(count -> count < MIN_AGREEING_ATTEMPTS);
    return new TreeSet<>(times.keySet());
  }
}
