package dev.tollgate.cli.client;

import java.io.IOException;
import java.net.URI;
import java.nio.channels.UnresolvedAddressException;

/**
 * The base URL of an HTTP server.
 *
 * @param variable the environment variable that sets the URL, which errors name
 * @param url the URL without a slash at its end
 */
record BaseUrl(String variable, String url) {
  private static final int MAX_PORT = 65_535;

  BaseUrl {
    if (!url.startsWith("http://") && !url.startsWith("https://")) {
      throw new CommandException(
          "Invalid %s '%s'. It must begin with http:// or https://.".formatted(variable, url));
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
    return "%s is not a valid URL: %s".formatted(variable, url);
  }

  CommandException unreachable(IOException failure) {
    return unreachable(url, "Is it running? Check %s.".formatted(variable), failure);
  }

  /**
   * @param hint what the user can check
   */
  static CommandException unreachable(String url, String hint, IOException failure) {
    String reason = reason(failure);
    return new CommandException(
        "Cannot reach %s%s. %s".formatted(url, reason.isEmpty() ? "" : " " + reason, hint),
        failure);
  }

  /** The JDK's client often gives the reason only in a cause or in the type of an exception. */
  private static String reason(IOException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
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
