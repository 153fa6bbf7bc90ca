/** The Lambda functions and the wiring that they share. No other package depends on them. */
@NullMarked
package dev.tollgate.function;

import org.jspecify.annotations.NullMarked;
