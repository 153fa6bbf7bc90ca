package dev.tollgate.local.gateway;

import java.util.List;
import java.util.Map;

/** What API Gateway makes of a function's answer. */
sealed interface ProxyResponse {
  /** An HTTP answer; {@code base64} says that the body stands for bytes. */
  record Valid(int status, Map<String, List<String>> headers, String body, boolean base64)
      implements ProxyResponse {}

  /** Not the shape that a proxy integration needs; the caller gets a 502. */
  record Malformed(String problem) implements ProxyResponse {}
}
