/** Commands on budgets. */
@NullMarked
package dev.tollgate.cli.budgets;

import org.jspecify.annotations.NullMarked;
