package dev.tollgate.identity;

import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A key that Tollgate issued. It does not contain the secret, of which only the hash is stored.
 *
 * @param id the id in records and lists; not secret
 * @param grant the permissions of the key
 * @param createdBy the id of the key that created it, or {@code direct}
 * @param retiresAt the end of the overlap after a rotation
 * @param rotatedFrom the id of the key that it replaces
 * @param principalId the id of the first key of its chain of rotations; its own if it was never
 *     rotated
 */
public record VirtualKey(
    String id,
    Grant grant,
    Instant created,
    String createdBy,
    Optional<Instant> retiresAt,
    Optional<Instant> revokedAt,
    Optional<String> rotatedFrom,
    String principalId) {
  /** The format of a team name. */
  public static final String TEAM_PATTERN = "[a-z0-9][a-z0-9_-]{0,62}";

  private static final Pattern TEAM = Pattern.compile(TEAM_PATTERN);
  private static final Pattern ID = Pattern.compile("key_[0-9a-z]{12,26}");
  private static final Pattern NAME = Pattern.compile("[^\\p{Cc}\\p{Zl}\\p{Zp}]{1,256}");

  public VirtualKey {
    if (!isId(id)) {
      throw new IllegalArgumentException("not a key id: " + id);
    }
  }

  /**
   * The permissions of a key.
   *
   * @param name a name for people
   * @param team the team that pays for the calls
   * @param expiresAt when it expires, unless it is revoked or rotated before
   */
  public record Grant(
      Optional<String> name,
      String team,
      Set<Role> roles,
      KeyRestrictions restrictions,
      Optional<Instant> expiresAt) {
    public Grant {
      if (!name.map(VirtualKey::isName).orElse(true)) {
        throw new IllegalArgumentException("a key's name is one line of at most 256 characters");
      }
      if (!isTeam(team)) {
        throw new IllegalArgumentException("a team must match " + TEAM_PATTERN + ": " + team);
      }
      if (roles.isEmpty()) {
        throw new IllegalArgumentException("a key needs at least one role");
      }
      roles = Set.copyOf(roles);
    }

    /** A grant without name, restrictions or expiry. */
    public Grant(String team, Set<Role> roles) {
      this(Optional.empty(), team, roles, KeyRestrictions.UNRESTRICTED, Optional.empty());
    }
  }

  /** Whether a key can be used. */
  public enum Status {
    ACTIVE,
    EXPIRED,
    REVOKED;

    /** The name in responses and events. */
    public String id() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public static boolean isId(String value) {
    return ID.matcher(value).matches();
  }

  public static boolean isTeam(String value) {
    return TEAM.matcher(value).matches();
  }

  public static boolean isName(String value) {
    return NAME.matcher(value).matches();
  }

  public Status status(Instant now) {
    if (revokedAt.isPresent()) {
      return Status.REVOKED;
    }
    return endsAt().filter(end -> !now.isBefore(end)).isPresent() ? Status.EXPIRED : Status.ACTIVE;
  }

  /** When the key ends unless it is revoked before: its expiry, or the end of its overlap. */
  public Optional<Instant> endsAt() {
    return Stream.concat(grant.expiresAt().stream(), retiresAt.stream()).min(Instant::compareTo);
  }

  VirtualKey withRevokedAt(Instant time) {
    return new VirtualKey(
        id, grant, created, createdBy, retiresAt, Optional.of(time), rotatedFrom, principalId);
  }

  /** The key with an end of its overlap, unless it has an earlier one. */
  VirtualKey withRetiresAt(Instant time) {
    Instant earliest = retiresAt.filter(already -> already.isBefore(time)).orElse(time);
    return new VirtualKey(
        id, grant, created, createdBy, Optional.of(earliest), revokedAt, rotatedFrom, principalId);
  }

  Caller toCaller() {
    return new Caller(id, principalId, grant.team(), grant.roles(), grant.restrictions());
  }
}
