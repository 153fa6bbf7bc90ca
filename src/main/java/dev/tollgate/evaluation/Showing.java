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
 * How one version did in all its attempts.
 *
 * @param trials the attempts at each case, by the case's id
 */
public record Showing(Map<String, List<Trial>> trials) {
  /** In how many attempts an assertion must agree with itself before anything rests on it. */
  private static final int CONFIRMED = 2;

  public Showing {
    trials =
        trials.entrySet().stream()
            .collect(
                Collectors.toUnmodifiableMap(Map.Entry::getKey, it -> List.copyOf(it.getValue())));
  }

  /** The mean of all scored cases, each of which counts once however often it was scored. */
  public OptionalDouble mean() {
    return scores().values().stream().mapToDouble(Double::doubleValue).average();
  }

  /** The mean of each case's scores, in order of the cases. */
  Map<String, Double> scores() {
    Map<String, Double> scores = new TreeMap<>();
    trials.forEach(
        (id, attempts) -> scored(attempts).average().ifPresent(average -> scores.put(id, average)));
    return scores;
  }

  /** The same without the first attempt at each case. */
  Showing withoutFirst() {
    Map<String, List<Trial>> later = new TreeMap<>();
    trials.forEach((id, attempts) -> later.put(id, attempts.subList(1, attempts.size())));
    return new Showing(later);
  }

  private static DoubleStream scored(List<Trial> attempts) {
    return attempts.stream()
        .map(Trial::faithfulness)
        .filter(OptionalDouble::isPresent)
        .mapToDouble(OptionalDouble::getAsDouble);
  }

  /** Hard assertions that failed in two attempts or more, as {@code case: assertion}. */
  public Set<String> failing() {
    return assertionsThat(false);
  }

  /** Hard assertions that held in two attempts or more. */
  Set<String> holding() {
    return assertionsThat(true);
  }

  private Set<String> assertionsThat(boolean held) {
    Map<String, Integer> times = new TreeMap<>();
    trials.forEach(
        (id, attempts) ->
            attempts.forEach(
                attempt ->
                    attempt
                        .hard()
                        .forEach(
                            (assertion, holds) -> {
                              if (holds == held) {
                                times.merge(id + ": " + assertion, 1, Integer::sum);
                              }
                            })));
    times.values().removeIf(count -> count < CONFIRMED);
    return new TreeSet<>(times.keySet());
  }
}
