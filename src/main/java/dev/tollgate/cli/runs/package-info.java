/** Test runs of commands: start, progress and reports. */
@NullMarked
package dev.tollgate.cli.runs;

import org.jspecify.annotations.NullMarked;
