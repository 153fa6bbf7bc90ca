package dev.tollgate.identity;

import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A key that Tollgate gave out. Its secret is not in here: only the secret's hash is stored.
 *
 * @param id names the key in records and listings; not secret
 * @param grant what it was made for
 * @param createdBy the id of the key that made it, or {@code direct}
 * @param retiresAt when it ends because it was rotated
 * @param rotatedFrom the id of the key that it takes the place of
 * @param principalId the id of the first of all keys that were rotated into it; its own if none was
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
  /** What a team looks like. */
  public static final String TEAM_PATTERN = "[a-z0-9][a-z0-9_-]{0,62}";

  private static final Pattern TEAM = Pattern.compile(TEAM_PATTERN);
  private static final Pattern ID = Pattern.compile("key_[0-9a-z]{12,26}");
  private static final Pattern NAME = Pattern.compile("[^\\p{Cc}\\p{Zl}\\p{Zp}]{1,256}");

  public VirtualKey {
    if (!isId(id)) {
      throw new IllegalArgumentException("no key's id: " + id);
    }
  }

  /**
   * What a key is for.
   *
   * @param name for people
   * @param team who pays for its calls
   * @param expiresAt when it ends unless something ends it before
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

    /** A grant without name, limits or end. */
    public Grant(String team, Set<Role> roles) {
      this(Optional.empty(), team, roles, KeyRestrictions.UNRESTRICTED, Optional.empty());
    }
  }

  /** Whether a key can be used. */
  public enum Status {
    ACTIVE,
    EXPIRED,
    REVOKED;

    /** The name in answers and events. */
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

  /** When the key ends unless it is revoked before: it expires, or it was rotated. */
  public Optional<Instant> endsAt() {
    return Stream.concat(grant.expiresAt().stream(), retiresAt.stream()).min(Instant::compareTo);
  }

  VirtualKey withRevokedAt(Instant time) {
    return new VirtualKey(
        id, grant, created, createdBy, retiresAt, Optional.of(time), rotatedFrom, principalId);
  }

  /** The key as it ends at a time, or before if it did so already. */
  VirtualKey withRetiresAt(Instant time) {
    Instant earliest = retiresAt.filter(already -> already.isBefore(time)).orElse(time);
    return new VirtualKey(
        id, grant, created, createdBy, Optional.of(earliest), revokedAt, rotatedFrom, principalId);
  }

  Caller toCaller() {
    return new Caller(id, principalId, grant.team(), grant.roles(), grant.restrictions());
  }
}
