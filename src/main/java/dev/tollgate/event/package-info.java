/** Publishes domain events. */
@NullMarked
package dev.tollgate.event;

import org.jspecify.annotations.NullMarked;
