/** {@code invokeLlm}: the {@code /v1} routes. */
@NullMarked
package dev.tollgate.function.invoke;

import org.jspecify.annotations.NullMarked;
