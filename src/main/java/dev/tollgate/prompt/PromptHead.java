package dev.tollgate.prompt;

import java.util.OptionalInt;

/**
 * Where a prompt stands.
 *
 * @param latest the newest version's number
 * @param active the version in production, if any was activated
 * @param revision counts the moves of the pointer; a move names the revision it was decided on
 */
public record PromptHead(PromptName name, int latest, OptionalInt active, long revision) {}
