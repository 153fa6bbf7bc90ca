/** The Anthropic Messages API: its wire format, in and out, and the client that speaks it. */
@NullMarked
package dev.tollgate.provider.anthropic;

import org.jspecify.annotations.NullMarked;
