/**
 * API Gateway's REST API in front of the local functions: routes from the template, REST v1 proxy
 * events to the functions, their answers back, and the gateway's own refusals in between.
 */
@NullMarked
package dev.tollgate.local.gateway;

import org.jspecify.annotations.NullMarked;
