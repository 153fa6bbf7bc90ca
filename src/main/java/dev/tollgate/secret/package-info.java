/**
 * What only Tollgate itself may know: providers' keys and its own. Depends on nothing else of it.
 */
@NullMarked
package dev.tollgate.secret;

import org.jspecify.annotations.NullMarked;
