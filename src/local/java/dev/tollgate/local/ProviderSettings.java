package dev.tollgate.local;

import java.net.URI;
import java.util.Map;
import java.util.Optional;

/** What the environment says of a model provider; without key and base URL it is simulated. */
record ProviderSettings(Optional<String> key, Optional<URI> baseUrl) {
  /** Reads {@code <NAME>_API_KEY} and {@code <NAME>_BASE_URL}. */
  static ProviderSettings of(String name, Map<String, String> environment) {
    return new ProviderSettings(
        LocalSettings.findNonBlank(environment, name + "_API_KEY"),
        LocalSettings.findNonBlank(environment, name + "_BASE_URL")
            .map(ProviderSettings::withoutVersion));
  }

  /** OpenAI's own clients want the version in that very variable, Anthropic's do not. */
  private static URI withoutVersion(String url) {
    return URI.create(url.replaceFirst("/v1/?$", ""));
  }

  boolean isReal() {
    return key.isPresent() || baseUrl.isPresent();
  }
}
