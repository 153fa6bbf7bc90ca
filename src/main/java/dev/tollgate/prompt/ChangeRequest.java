package dev.tollgate.prompt;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * On whose word something is to be done.
 *
 * @param actor the id of the key
 * @param principal who stands behind the key: the id of the first of all keys that were rotated
 *     into it
 * @param reason why, for the ledger
 * @param expectedRevision the revision that it was decided on; if the prompt has another, nothing
 *     is done
 */
public record ChangeRequest(
    String actor, String principal, Optional<String> reason, OptionalLong expectedRevision) {
  /** The word of a key that was never rotated. */
  public ChangeRequest(String actor, Optional<String> reason, OptionalLong expectedRevision) {
    this(actor, actor, reason, expectedRevision);
  }
}
