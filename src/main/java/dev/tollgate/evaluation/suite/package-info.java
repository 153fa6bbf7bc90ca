/** Test suites in promptfoo's format: cases, their assertions, and how an answer is scored. */
@NullMarked
package dev.tollgate.evaluation.suite;

import org.jspecify.annotations.NullMarked;
