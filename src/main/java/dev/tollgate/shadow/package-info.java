/**
 * Shadow comparisons: a sampled share of semantic cache hits is compared with what the model
 * answers to the question itself.
 */
@NullMarked
package dev.tollgate.shadow;

import org.jspecify.annotations.NullMarked;
