/** Commands on the semantic cache. */
@NullMarked
package dev.tollgate.cli.semantic;

import org.jspecify.annotations.NullMarked;
