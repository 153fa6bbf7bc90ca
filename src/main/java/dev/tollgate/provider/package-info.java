/**
 * Models behind a port: what is asked, what comes back, what it used. Each provider's wire format
 * stays in its own subpackage. Depends on the secrets only.
 */
@NullMarked
package dev.tollgate.provider;

import org.jspecify.annotations.NullMarked;
