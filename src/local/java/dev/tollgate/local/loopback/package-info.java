/** HTTP servers that only this machine can reach. */
@NullMarked
package dev.tollgate.local.loopback;

import org.jspecify.annotations.NullMarked;
