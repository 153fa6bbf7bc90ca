/** Lambda's Invoke API, for the command and for functions that invoke others. */
@NullMarked
package dev.tollgate.lambda;

import org.jspecify.annotations.NullMarked;
