package dev.tollgate.prompt;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * Who requests a change, and why.
 *
 * @param actor the id of the key
 * @param principal the owner of the key: the id of the first of all keys that were rotated into it
 * @param reason the reason for the audit log
 * @param expectedRevision the revision that the caller has read; another revision rejects the
 *     change
 */
public record ChangeRequest(
    String actor, String principal, Optional<String> reason, OptionalLong expectedRevision) {
  /** A request of a key that was never rotated. */
  public ChangeRequest(String actor, Optional<String> reason, OptionalLong expectedRevision) {
    this(actor, actor, reason, expectedRevision);
  }
}
