package dev.tollgate.local.gateway;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** Headers that are about one connection and must not be passed on. */
final class HopByHopHeaders {
  private static final Set<String> ALWAYS =
      Set.of(
          "connection",
          "keep-alive",
          "proxy-authenticate",
          "proxy-authorization",
          "proxy-connection",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");

  private HopByHopHeaders() {}

  /**
   * Says whether {@code name} is about the connection.
   *
   * @param connection the values of the Connection header, which may name further ones
   */
  static boolean contains(String name, List<String> connection) {
    String lower = name.toLowerCase(Locale.ROOT);
    return ALWAYS.contains(lower) || named(connection).contains(lower);
  }

  private static Set<String> named(List<String> connection) {
    return connection.stream()
        .flatMap(value -> Arrays.stream(value.split(",")))
        .map(name -> name.strip().toLowerCase(Locale.ROOT))
        .collect(Collectors.toSet());
  }
}
