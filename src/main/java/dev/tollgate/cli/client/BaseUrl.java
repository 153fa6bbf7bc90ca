package dev.tollgate.cli.client;

import java.io.IOException;
import java.net.URI;
import java.nio.channels.UnresolvedAddressException;

/**
 * Where something answers over HTTP.
 *
 * @param variable the variable that says so, which is what to mend if nothing answers
 * @param url without a slash at its end
 */
record BaseUrl(String variable, String url) {
  private static final int MAX_PORT = 65_535;

  BaseUrl {
    if (!url.startsWith("http://") && !url.startsWith("https://")) {
      throw new CommandException(
          "%s must begin with http:// or https://, not %s".formatted(variable, url));
    }
    url = url.endsWith("/") && !url.endsWith("//") ? url.substring(0, url.length() - 1) : url;
  }

  URI resolve(String path) {
    try {
      URI uri = URI.create(url + path);
      if (uri.getHost() != null && uri.getPort() <= MAX_PORT) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      throw new CommandException(invalidUrl(), e);
    }
    throw new CommandException(invalidUrl());
  }

  private String invalidUrl() {
    return "%s is no address: %s".formatted(variable, url);
  }

  CommandException unreachable(IOException fault) {
    return unreachable(url, "is it running, and is %s right?".formatted(variable), fault);
  }

  /**
   * @param hint what to look after
   */
  static CommandException unreachable(String url, String hint, IOException fault) {
    String reason = reason(fault);
    return new CommandException(
        "cannot reach %s: %s%s".formatted(url, hint, reason.isEmpty() ? "" : " " + reason), fault);
  }

  /** The JDK's client often says why only in a cause, or by nothing but its type. */
  private static String reason(IOException fault) {
    for (Throwable cause = fault; cause != null; cause = cause.getCause()) {
      if (cause instanceof UnresolvedAddressException) {
        return "(unknown host)";
      }
      if (cause.getMessage() != null) {
        return "(" + cause.getMessage() + ")";
      }
    }
    return "";
  }

  @Override
  public String toString() {
    return url;
  }
}
