/**
 * Who calls: virtual keys, the team and roles behind them. Nothing else that a caller sends says
 * who it is. Depends on the ledger only.
 */
@NullMarked
package dev.tollgate.identity;

import org.jspecify.annotations.NullMarked;
