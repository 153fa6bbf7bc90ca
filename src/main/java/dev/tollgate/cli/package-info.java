/**
 * The {@code tollgate} command: prompts and keys from a terminal or a build. It is a client of the
 * HTTP API, which it knows by its JSON alone, and of the folder of prompt files; nothing that it
 * does could not be done with curl.
 */
@NullMarked
package dev.tollgate.cli;

import org.jspecify.annotations.NullMarked;
