/** The answerer: it finds sentences of the context that fit the question, and judges claims. */
@NullMarked
package dev.tollgate.local.model.answer;

import org.jspecify.annotations.NullMarked;
