/** {@code nightlyRegression}: test runs and their schedule. */
@NullMarked
package dev.tollgate.function.nightly;

import org.jspecify.annotations.NullMarked;
