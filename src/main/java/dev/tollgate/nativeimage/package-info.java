/** Settings for a GraalVM native image of the functions. They have no effect on a JVM. */
@NullMarked
package dev.tollgate.nativeimage;

import org.jspecify.annotations.NullMarked;
