/** The one pipeline that every call to a model goes through. */
@NullMarked
package dev.tollgate.invocation;

import org.jspecify.annotations.NullMarked;
