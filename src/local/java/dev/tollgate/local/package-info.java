/**
 * The local cloud: AWS as far as Tollgate needs it, on one machine, with real engines and the
 * packaged functions. Never part of what is deployed.
 */
@NullMarked
package dev.tollgate.local;

import org.jspecify.annotations.NullMarked;
