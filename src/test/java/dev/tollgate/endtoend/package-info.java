/** The product from the outside: packaged functions, real engines, official clients. */
@NullMarked
package dev.tollgate.endtoend;

import org.jspecify.annotations.NullMarked;
