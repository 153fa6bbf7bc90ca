package dev.tollgate.secret;

import java.util.Map;

/** Where a company keeps Tollgate's secrets. */
interface SecretSource {
  /** All values of a secret by name. */
  Map<String, String> read(String arn);
}
