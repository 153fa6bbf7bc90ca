/** Measures the local cloud from the outside. Prints figures and asserts none. */
@NullMarked
package dev.tollgate.local.bench;

import org.jspecify.annotations.NullMarked;
