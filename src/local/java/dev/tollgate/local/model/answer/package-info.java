/**
 * The extractive model: it quotes sentences of the context that match the question, and judges
 * claims.
 */
@NullMarked
package dev.tollgate.local.model.answer;

import org.jspecify.annotations.NullMarked;
