package dev.tollgate.prompt;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Which versions have been in production.
 *
 * @param trail the versions that were put there one after the other, the last of them being there
 *     now; a rollback goes back along it
 * @param everActive every version that was there, rolled back or not
 * @param frozen versions that must not go there
 * @param suspensions of those versions that their tests froze, and no person
 */
public record Rollout(
    List<Integer> trail,
    Set<Integer> everActive,
    Set<Integer> frozen,
    Map<Integer, Suspension> suspensions) {
  static final Rollout NONE = new Rollout(List.of(), Set.of(), Set.of(), Map.of());

  private static final int LONGEST_TRAIL = 100;

  public Rollout {
    trail = List.copyOf(trail.subList(Math.max(0, trail.size() - LONGEST_TRAIL), trail.size()));
    everActive = Set.copyOf(everActive);
    frozen = Set.copyOf(frozen);
    suspensions = Map.copyOf(suspensions);
  }

  public OptionalInt active() {
    return trail.isEmpty() ? OptionalInt.empty() : OptionalInt.of(trail.getLast());
  }

  /** The unfrozen version that was in production before the active one came. */
  public OptionalInt before() {
    return trail.reversed().stream()
        .skip(1)
        .filter(version -> !frozen.contains(version) && !active().equals(OptionalInt.of(version)))
        .mapToInt(Integer::intValue)
        .findFirst();
  }

  Rollout activated(int version) {
    return at(trail, version);
  }

  /** What came after the version is forgotten, so that a second rollback goes further back. */
  Rollout rolledBack(int version) {
    List<Integer> earlier = trail.subList(0, Math.max(0, trail.size() - 1));
    int last = earlier.lastIndexOf(version);
    return at(last < 0 ? earlier : earlier.subList(0, last), version);
  }

  private Rollout at(List<Integer> before, int version) {
    List<Integer> path = new ArrayList<>(before);
    path.add(version);
    return new Rollout(path, with(everActive, version), frozen, suspensions);
  }

  /** Freezes on a person's word, which no test lifts. */
  Rollout frozen(int version) {
    return new Rollout(trail, everActive, with(frozen, version), without(version));
  }

  /** Freezes until the version passes its tests. */
  Rollout suspended(int version, Suspension why) {
    Map<Integer, Suspension> more = new HashMap<>(suspensions);
    more.put(version, why);
    return new Rollout(trail, everActive, with(frozen, version), more);
  }

  Rollout unfrozen(int version) {
    Set<Integer> fewer = new HashSet<>(frozen);
    fewer.remove(version);
    return new Rollout(trail, everActive, fewer, without(version));
  }

  private Map<Integer, Suspension> without(int version) {
    Map<Integer, Suspension> fewer = new HashMap<>(suspensions);
    fewer.remove(version);
    return fewer;
  }

  private static Set<Integer> with(Set<Integer> versions, int version) {
    Set<Integer> more = new HashSet<>(versions);
    more.add(version);
    return more;
  }
}
