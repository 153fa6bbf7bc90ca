/**
 * DynamoDB items, keys and transactions, for the adapters of all packages. Which keys and
 * attributes a package uses is its own matter.
 */
@NullMarked
package dev.tollgate.dynamodb;

import org.jspecify.annotations.NullMarked;
