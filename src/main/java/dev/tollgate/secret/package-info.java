/**
 * Secrets: API keys, the key of the cache and credentials of databases. Also authenticated
 * encryption.
 */
@NullMarked
package dev.tollgate.secret;

import org.jspecify.annotations.NullMarked;
