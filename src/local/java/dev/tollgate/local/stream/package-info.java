/**
 * Lambda's event source mapping for DynamoDB streams: reads a table's stream and has a function
 * work through it in order, batch by batch, across failures and restarts.
 */
@NullMarked
package dev.tollgate.local.stream;

import org.jspecify.annotations.NullMarked;
