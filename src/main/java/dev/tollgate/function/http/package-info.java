/** HTTP over API Gateway events: requests, responses, errors, roles and paging. */
@NullMarked
package dev.tollgate.function.http;

import org.jspecify.annotations.NullMarked;
