/**
 * The real engines of the local cloud: DynamoDB Local, PostgreSQL and Redis as child processes on
 * free ports of 127.0.0.1, with their data in the data folder. Real ones, because conditional
 * writes, SQL and Lua are where stand-ins lie. Depends on {@code process} for starting and ending
 * them; knows nothing of tables, schemas or functions.
 */
@NullMarked
package dev.tollgate.local.engine;

import org.jspecify.annotations.NullMarked;
