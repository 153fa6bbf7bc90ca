package dev.tollgate.identity;

import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a key's calls are limited to.
 *
 * @param models exact ids, or the beginnings of ids with a {@code *} behind; none means all models
 * @param prompts names; none means all prompts, and none at all
 */
public record KeyRestrictions(Set<String> models, Set<String> prompts) {
  /** No limit. */
  public static final KeyRestrictions UNRESTRICTED = new KeyRestrictions(Set.of(), Set.of());

  private static final Pattern MODEL_PATTERN = Pattern.compile("(?=.)[!-)+-~]{0,127}\\*?");

  public KeyRestrictions {
    for (String model : models) {
      if (!isModelPattern(model)) {
        throw new IllegalArgumentException("not a model id or a prefix of one: " + model);
      }
    }
    models = Set.copyOf(models);
    prompts = Set.copyOf(prompts);
  }

  /** Whether a text is a model id, or a prefix of one that ends with {@code *}. */
  public static boolean isModelPattern(String value) {
    return MODEL_PATTERN.matcher(value).matches();
  }

  public boolean allowsModel(String id) {
    return models.isEmpty() || models.stream().anyMatch(allowed -> matchesPattern(allowed, id));
  }

  private static boolean matchesPattern(String allowed, String id) {
    return allowed.endsWith("*")
        ? id.startsWith(allowed.substring(0, allowed.length() - 1))
        : id.equals(allowed);
  }

  public boolean allowsPrompt(String name) {
    return prompts.isEmpty() || prompts.contains(name);
  }

  /** Whether calls without a managed prompt are allowed. */
  public boolean allowsUnmanagedRequests() {
    return prompts.isEmpty();
  }

  public boolean isRestricted() {
    return !models.isEmpty() || !prompts.isEmpty();
  }
}
