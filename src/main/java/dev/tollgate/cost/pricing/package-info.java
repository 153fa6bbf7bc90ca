/** The price book: the price of each class of token of each model, with its dates. */
@NullMarked
package dev.tollgate.cost.pricing;

import org.jspecify.annotations.NullMarked;
