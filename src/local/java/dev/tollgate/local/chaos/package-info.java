/**
 * What Tollgate survives, found out on a local cloud whose parts are killed, slowed and cut while
 * it is used. Everything is looked at from the outside: what callers were told, what the tables
 * hold, what the report says.
 */
@NullMarked
package dev.tollgate.local.chaos;

import org.jspecify.annotations.NullMarked;
