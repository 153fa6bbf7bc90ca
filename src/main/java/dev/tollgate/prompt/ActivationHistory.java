package dev.tollgate.prompt;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The versions of a prompt that were active.
 *
 * @param activations the activated versions in order; the last one is active, and a rollback goes
 *     back along them
 * @param everActivated all versions that were ever active, including those that were rolled back
 * @param frozen versions that cannot be activated
 * @param suspensions the frozen versions that failed tests have frozen, not a person
 */
public record ActivationHistory(
    List<Integer> activations,
    Set<Integer> everActivated,
    Set<Integer> frozen,
    Map<Integer, Suspension> suspensions) {
  static final ActivationHistory NONE =
      new ActivationHistory(List.of(), Set.of(), Set.of(), Map.of());

  private static final int MAX_ACTIVATIONS = 100;

  public ActivationHistory {
    activations =
        List.copyOf(
            activations.subList(
                Math.max(0, activations.size() - MAX_ACTIVATIONS), activations.size()));
    everActivated = Set.copyOf(everActivated);
    frozen = Set.copyOf(frozen);
    suspensions = Map.copyOf(suspensions);
  }

  public OptionalInt active() {
    return activations.isEmpty() ? OptionalInt.empty() : OptionalInt.of(activations.getLast());
  }

  /** The unfrozen version that was active before the active one. */
  public OptionalInt previousVersion() {
    return activations.reversed().stream()
        .skip(1)
        .filter(version -> !frozen.contains(version) && !active().equals(OptionalInt.of(version)))
        .mapToInt(Integer::intValue)
        .findFirst();
  }

  ActivationHistory withActivation(int version) {
    return withActive(activations, version);
  }

  /** Removes the activations after the version, so that a second rollback goes further back. */
  ActivationHistory withRollback(int version) {
    List<Integer> earlier = activations.subList(0, Math.max(0, activations.size() - 1));
    int last = earlier.lastIndexOf(version);
    return withActive(last < 0 ? earlier : earlier.subList(0, last), version);
  }

  private ActivationHistory withActive(List<Integer> before, int version) {
    List<Integer> path = new ArrayList<>(before);
    path.add(version);
    return new ActivationHistory(path, plus(everActivated, version), frozen, suspensions);
  }

  /** Freezes a version for a person; no test run unfreezes it. */
  ActivationHistory frozen(int version) {
    return new ActivationHistory(
        activations, everActivated, plus(frozen, version), without(version));
  }

  /** Freezes until the version passes its tests. */
  ActivationHistory withSuspension(int version, Suspension suspension) {
    Map<Integer, Suspension> more = new HashMap<>(suspensions);
    more.put(version, suspension);
    return new ActivationHistory(activations, everActivated, plus(frozen, version), more);
  }

  ActivationHistory withoutFreeze(int version) {
    Set<Integer> fewer = new HashSet<>(frozen);
    fewer.remove(version);
    return new ActivationHistory(activations, everActivated, fewer, without(version));
  }

  private Map<Integer, Suspension> without(int version) {
    Map<Integer, Suspension> fewer = new HashMap<>(suspensions);
    fewer.remove(version);
    return fewer;
  }

  private static Set<Integer> plus(Set<Integer> versions, int version) {
    Set<Integer> more = new HashSet<>(versions);
    more.add(version);
    return more;
  }
}
