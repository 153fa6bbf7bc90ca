/** The price book: what each model charges for each class of token, and from when on. */
@NullMarked
package dev.tollgate.cost.pricing;

import org.jspecify.annotations.NullMarked;
