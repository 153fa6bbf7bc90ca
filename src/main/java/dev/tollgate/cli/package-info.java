/** The {@code tollgate} command: a client of the HTTP API and of the folder of prompt files. */
@NullMarked
package dev.tollgate.cli;

import org.jspecify.annotations.NullMarked;
