/**
 * Reads the root {@code template.yaml} as CloudFormation would, so that the local cloud runs what
 * will be deployed: functions, routes, tables, streams and schedules stand in that one file.
 *
 * <p>Knows the part of SAM that the template uses. Anything else fails, naming resource and
 * property, when somebody asks for it: the template may well hold resources that have no local
 * counterpart.
 */
@NullMarked
package dev.tollgate.local.template;

import org.jspecify.annotations.NullMarked;
