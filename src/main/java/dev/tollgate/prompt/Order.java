package dev.tollgate.prompt;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * On whose word something is to be done.
 *
 * @param actor the id of the key
 * @param reason why, for the ledger
 * @param revision the revision that it was decided on; if the prompt has another, nothing is done
 */
public record Order(String actor, Optional<String> reason, OptionalLong revision) {}
