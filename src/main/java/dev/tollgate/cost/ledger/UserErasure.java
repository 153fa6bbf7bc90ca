package dev.tollgate.cost.ledger;

import dev.tollgate.cost.calls.CallArchive;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes a user's id off everything that is kept of the user's calls, and puts a random one in its
 * place: first in the calls table, which can rebuild the ledger, then in the ledger. What the calls
 * cost stays, and that they were one user's. Goes on in parts, since the table is read as a whole.
 */
@Singleton
public class UserErasure {
  private static final int RANDOM_BYTES = 8;

  /** The pseudonym, and where in the calls table to go on. */
  private static final Pattern CURSOR = Pattern.compile("(anon_[0-9a-f]{16})@(.+)");

  private final CallArchive archive;
  private final CostLedger ledger;
  private final Clock clock;

  public UserErasure(CallArchive archive, CostLedger ledger, Clock clock) {
    this.archive = archive;
    this.ledger = ledger;
    this.clock = clock;
  }

  /**
   * Goes on with a user until the deadline.
   *
   * @param after what the part before returned as its cursor
   * @param actor the id of the key that does it
   * @throws CallArchive.InvalidCursorException if {@code after} is none
   * @throws LedgerUnavailableException if the ledger cannot be reached; the part can be tried again
   */
  public ErasureResult erase(
      String team, String user, Optional<String> after, String actor, Instant deadline) {
    String pseudonym =
        after.map(cursor -> parseCursor(cursor).group(1)).orElseGet(UserErasure::randomPseudonym);
    Optional<String> position = after.map(cursor -> parseCursor(cursor).group(2));
    long calls = 0;
    do {
      CallArchive.PseudonymizedPage page =
          archive.pseudonymizeUser(team, user, pseudonym, position);
      calls += page.calls();
      position = page.next();
    } while (position.isPresent() && clock.instant().isBefore(deadline));
    if (position.isEmpty()) {
      ledger.pseudonymizeUser(team, user, pseudonym, actor);
    }
    return new ErasureResult(pseudonym, calls, position.map(next -> pseudonym + "@" + next));
  }

  private static Matcher parseCursor(String cursor) {
    Matcher parts = CURSOR.matcher(cursor);
    if (!parts.matches()) {
      throw new CallArchive.InvalidCursorException(cursor);
    }
    return parts;
  }

  private static String randomPseudonym() {
    byte[] bytes = new byte[RANDOM_BYTES];
    // Made here and not in a field: a generator in a native image's heap would repeat its seed.
    new SecureRandom().nextBytes(bytes);
    return "anon_" + HexFormat.of().formatHex(bytes);
  }

  /**
   * What came of a part.
   *
   * @param calls how many records of the calls table were changed
   * @param cursor what the next part begins with; absent when all is done
   */
  public record ErasureResult(String pseudonym, long calls, Optional<String> cursor) {}
}
