/** Commands on virtual keys. */
@NullMarked
package dev.tollgate.cli.keys;

import org.jspecify.annotations.NullMarked;
