/** {@code promptAdmin}: prompts, test runs, keys and budgets. */
@NullMarked
package dev.tollgate.function.admin;

import org.jspecify.annotations.NullMarked;
