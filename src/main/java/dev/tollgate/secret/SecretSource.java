package dev.tollgate.secret;

import java.util.Map;

/** A store of secrets, such as AWS Secrets Manager. */
interface SecretSource {
  /** All values of a secret by name. */
  Map<String, String> read(String arn);
}
