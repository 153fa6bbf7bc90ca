/**
 * The simulated model: an HTTP server that speaks the Anthropic Messages API and the OpenAI Chat
 * Completions API, so that Tollgate runs, is tested and is shown without a network or a key.
 *
 * <p>It has the two wire formats as the providers define them, and a rule-based extractive model
 * behind both. It is not a language model and marks its answers: ids begin with {@code msg_sim_},
 * and every answer carries {@code x-simulated-model: true}. Given the same requests in the same
 * order it answers the same.
 *
 * <p>It depends on nothing of Tollgate: a mistake in our reading of a wire format must not be
 * shared by both ends of the wire.
 */
@NullMarked
package dev.tollgate.local.model;

import org.jspecify.annotations.NullMarked;
