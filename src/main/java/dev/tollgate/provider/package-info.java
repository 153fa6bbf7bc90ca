/**
 * The port for model providers: requests, responses and usage. Each provider's wire format is in
 * its own subpackage. Depends on the secrets only.
 */
@NullMarked
package dev.tollgate.provider;

import org.jspecify.annotations.NullMarked;
