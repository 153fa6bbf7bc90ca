/** A real browser, for the tests and the benchmark of the dashboard. */
@NullMarked
package dev.tollgate.local.browser;

import org.jspecify.annotations.NullMarked;
