/** Shared parts of all commands: the API client, the session, options and output. */
@NullMarked
package dev.tollgate.cli.client;

import org.jspecify.annotations.NullMarked;
