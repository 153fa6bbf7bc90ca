/** The Anthropic Messages API: its wire format for requests and responses, and its client. */
@NullMarked
package dev.tollgate.provider.anthropic;

import org.jspecify.annotations.NullMarked;
