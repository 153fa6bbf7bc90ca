/**
 * What only Tollgate itself may know: keys of providers and of an embeddings endpoint, the cache's
 * key, and logins of databases. Depends on nothing else of it.
 */
@NullMarked
package dev.tollgate.secret;

import org.jspecify.annotations.NullMarked;
