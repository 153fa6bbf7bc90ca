/**
 * When two questions ask the same: what a question means as a vector, which of the questions kept
 * come near it, and what forbids to answer one with the other's answer however near they are.
 * Depends on secrets alone, for the key of a remote embeddings endpoint; knows nothing of Redis.
 */
@NullMarked
package dev.tollgate.semantic;

import org.jspecify.annotations.NullMarked;
