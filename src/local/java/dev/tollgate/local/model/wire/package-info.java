/**
 * The wire formats that the simulated model speaks: Anthropic Messages and OpenAI Chat Completions.
 */
@NullMarked
package dev.tollgate.local.model.wire;

import org.jspecify.annotations.NullMarked;
