/** Test runs as commands see them: start, progress and report. */
@NullMarked
package dev.tollgate.cli.runs;

import org.jspecify.annotations.NullMarked;
