package dev.tollgate.local.gateway;

import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The API's binary media types. Without any, all bodies are text. */
record BinaryMediaTypes(Set<String> types) {
  BinaryMediaTypes {
    types = Set.copyOf(types);
  }

  /** Looks at the first of several types only, as API Gateway does with Accept. */
  boolean matches(@Nullable String header) {
    if (types.contains("*/*")) {
      return true;
    }
    if (header == null) {
      return false;
    }
    String first = header.split("[,;]", 2)[0].strip().toLowerCase(Locale.ROOT);
    int slash = first.indexOf('/');
    return types.contains(first) || (slash > 0 && types.contains(first.substring(0, slash) + "/*"));
  }
}
