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
 * Replaces a user's id by a random pseudonym in all stored calls: first in the calls table, which
 * can rebuild the ledger, then in the ledger. The cost of the calls stays, and so does the fact
 * that one user made them. It works page by page, since it reads the whole table.
 */
@Singleton
public class UserErasure {
  private static final int RANDOM_BYTES = 8;

  /** The pseudonym, and the cursor of the calls table. */
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
   * Continues with a user until the deadline.
   *
   * @param after the cursor of the previous result
   * @param actor the id of the admin's key
   * @throws CallArchive.InvalidCursorException if {@code after} is not a cursor
   * @throws LedgerUnavailableException if the ledger is unavailable; the same cursor can be retried
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
    // Not in a field: a generator in a native image's heap would repeat its seed.
    new SecureRandom().nextBytes(bytes);
    return "anon_" + HexFormat.of().formatHex(bytes);
  }

  /**
   * The result of one pass.
   *
   * @param calls the number of changed records in the calls table
   * @param cursor of the next pass; absent at the end
   */
  public record ErasureResult(String pseudonym, long calls, Optional<String> cursor) {}
}
