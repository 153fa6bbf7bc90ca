/**
 * The LLM as judge: claims, verdicts, faithfulness, and the known-answer checks that a judge must
 * pass.
 */
@NullMarked
package dev.tollgate.evaluation.judge;

import org.jspecify.annotations.NullMarked;
