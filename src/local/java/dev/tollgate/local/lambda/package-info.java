/**
 * Runs functions as AWS Lambda does: each environment is a process of its own that fetches its work
 * through the Runtime API, and callers reach it through the Invoke API.
 *
 * <p>Kept close to Lambda where a function could tell the difference: time limits, payload limits,
 * one invocation at a time, warm reuse, retries, the shape of errors.
 */
@NullMarked
package dev.tollgate.local.lambda;

import org.jspecify.annotations.NullMarked;
