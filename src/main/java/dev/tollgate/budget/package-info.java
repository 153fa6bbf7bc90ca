/**
 * Spending limits: budgets of keys, teams, prompts and the installation, the reservations of calls
 * in progress, and their settlement. A call that would exceed a hard limit is blocked.
 */
@NullMarked
package dev.tollgate.budget;

import org.jspecify.annotations.NullMarked;
