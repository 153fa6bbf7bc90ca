/** Commands on costs, prices and users. */
@NullMarked
package dev.tollgate.cli.costs;

import org.jspecify.annotations.NullMarked;
