/**
 * Evaluation of prompt versions: test runs, the gate that they open, and the nightly run that rolls
 * a worse version back.
 */
@NullMarked
package dev.tollgate.evaluation;

import org.jspecify.annotations.NullMarked;
