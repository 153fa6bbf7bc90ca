/** What a GraalVM native image of the functions must be told; of no effect on a JVM. */
@NullMarked
package dev.tollgate.nativeimage;

import org.jspecify.annotations.NullMarked;
