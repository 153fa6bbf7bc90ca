/** What writes resources once, and is neither deployed nor a part of normal builds. */
@NullMarked
package dev.tollgate.tools;

import org.jspecify.annotations.NullMarked;
