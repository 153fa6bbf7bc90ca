/** The OpenAI Chat Completions API: its wire format for requests and responses, and its client. */
@NullMarked
package dev.tollgate.provider.openai;

import org.jspecify.annotations.NullMarked;
