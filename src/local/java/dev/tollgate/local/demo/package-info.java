/**
 * What the walk-throughs show, as programs. Each starts a local cloud of its own, does what a
 * company would do, and prints what it saw; none asserts anything.
 */
@NullMarked
package dev.tollgate.local.demo;

import org.jspecify.annotations.NullMarked;
