/** EventBridge Scheduler: starts functions when the template's schedules say so. */
@NullMarked
package dev.tollgate.local.schedule;

import org.jspecify.annotations.NullMarked;
