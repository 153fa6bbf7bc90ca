/** Faults that a test can ask of the simulated model. */
@NullMarked
package dev.tollgate.local.model.fault;

import org.jspecify.annotations.NullMarked;
