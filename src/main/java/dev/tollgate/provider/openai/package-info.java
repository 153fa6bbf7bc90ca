/** The OpenAI Chat Completions API: its wire format, in and out, and the client that speaks it. */
@NullMarked
package dev.tollgate.provider.openai;

import org.jspecify.annotations.NullMarked;
