/** The pipeline of all calls to models. */
@NullMarked
package dev.tollgate.invocation;

import org.jspecify.annotations.NullMarked;
