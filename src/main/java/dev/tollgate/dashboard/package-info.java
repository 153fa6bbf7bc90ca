/**
 * The files of the dashboard. They contain no data: the browser calls the API with the key of the
 * user.
 */
@NullMarked
package dev.tollgate.dashboard;

import org.jspecify.annotations.NullMarked;
