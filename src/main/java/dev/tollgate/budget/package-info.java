/**
 * What may be spent: budgets of keys, teams, prompts and the installation, what calls hold of them
 * while they are under way, and what they cost in the end. A call that a hard limit does not pay
 * for is not made.
 */
@NullMarked
package dev.tollgate.budget;

import org.jspecify.annotations.NullMarked;
