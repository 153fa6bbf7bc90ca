/**
 * The operating system's side of the local cloud: child processes that never outlive it, and the
 * lock on its data folder. Kept apart because engines and the Lambda emulator both start processes,
 * and only one place may decide which process is ours to end. Depends on nothing.
 */
@NullMarked
package dev.tollgate.local.process;

import org.jspecify.annotations.NullMarked;
