package dev.tollgate.function.http;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The header {@code If-Match}: the revision that the caller read last. */
final class IfMatchHeader {
  private static final Pattern REVISION = Pattern.compile("(?:W/)?\"([0-9]{1,18})\"|([0-9]{1,18})");

  private IfMatchHeader() {}

  static OptionalLong read(HttpRequest request) {
    Optional<String> sent =
        request.header("if-match").map(String::strip).filter(value -> !value.equals("*"));
    if (sent.isEmpty()) {
      return OptionalLong.empty();
    }
    Matcher revision = REVISION.matcher(sent.get());
    if (!revision.matches()) {
      throw new ApiException(
          ApiError.invalid(
              "if-match", "The header If-Match must be a prompt's revision, such as \"5\"."));
    }
    String digits = revision.group(1) == null ? revision.group(2) : revision.group(1);
    return OptionalLong.of(Long.parseLong(digits));
  }
}
