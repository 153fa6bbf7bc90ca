/**
 * The watch over answers that were given to one question and served for another: a share of them is
 * compared with what the model says to the question itself.
 */
@NullMarked
package dev.tollgate.watch;

import org.jspecify.annotations.NullMarked;
