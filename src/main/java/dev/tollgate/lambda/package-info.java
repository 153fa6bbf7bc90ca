/** Lambda's Invoke API, for those who start functions: the command, and functions themselves. */
@NullMarked
package dev.tollgate.lambda;

import org.jspecify.annotations.NullMarked;
