/** What all commands share: the client of the API, the session, options and output. */
@NullMarked
package dev.tollgate.cli.client;

import org.jspecify.annotations.NullMarked;
