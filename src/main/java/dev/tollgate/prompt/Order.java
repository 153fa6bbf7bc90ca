package dev.tollgate.prompt;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * On whose word something is to be done.
 *
 * @param actor the id of the key
 * @param person who stands behind the key: the id of the first of all keys that were rotated into
 *     it
 * @param reason why, for the ledger
 * @param revision the revision that it was decided on; if the prompt has another, nothing is done
 */
public record Order(String actor, String person, Optional<String> reason, OptionalLong revision) {
  /** The word of a key that was never rotated. */
  public Order(String actor, Optional<String> reason, OptionalLong revision) {
    this(actor, actor, reason, revision);
  }
}
