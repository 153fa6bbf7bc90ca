package dev.tollgate.secret;

import java.util.Map;

/** Where a company keeps Tollgate's secrets. */
interface Vault {
  /** All secrets by name; none if no vault is configured. */
  Map<String, String> open();
}
