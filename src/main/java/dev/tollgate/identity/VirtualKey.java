package dev.tollgate.identity;

import java.time.Instant;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A key that Tollgate gave out. Its secret is not in here: only the secret's hash is stored.
 *
 * @param id names the key in records and listings; not secret
 * @param team who pays for its calls
 */
public record VirtualKey(String id, String team, Set<Role> roles, Instant created) {
  /** What a team looks like. */
  public static final String TEAM_SHAPE = "[a-z0-9][a-z0-9_-]{0,62}";

  private static final Pattern TEAM = Pattern.compile(TEAM_SHAPE);

  public VirtualKey {
    if (!isTeam(team)) {
      throw new IllegalArgumentException("a team must match " + TEAM_SHAPE + ": " + team);
    }
    if (roles.isEmpty()) {
      throw new IllegalArgumentException("a key needs at least one role");
    }
    roles = Set.copyOf(roles);
  }

  public static boolean isTeam(String value) {
    return TEAM.matcher(value).matches();
  }
}
