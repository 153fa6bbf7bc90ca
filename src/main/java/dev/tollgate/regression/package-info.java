/**
 * Tests of prompts: what a case is, how an answer is scored, and the judge who reads answers
 * against their context.
 */
@NullMarked
package dev.tollgate.regression;

import org.jspecify.annotations.NullMarked;
