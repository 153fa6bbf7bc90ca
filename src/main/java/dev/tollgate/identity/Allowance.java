package dev.tollgate.identity;

import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a key's calls are limited to.
 *
 * @param models exact ids, or the beginnings of ids with a {@code *} behind; none means all models
 * @param prompts names; none means all prompts, and none at all
 */
public record Allowance(Set<String> models, Set<String> prompts) {
  /** No limit. */
  public static final Allowance ALL = new Allowance(Set.of(), Set.of());

  private static final Pattern MODEL = Pattern.compile("(?=.)[!-)+-~]{0,127}\\*?");

  public Allowance {
    for (String model : models) {
      if (!isModel(model)) {
        throw new IllegalArgumentException("no model's id and no beginning of one: " + model);
      }
    }
    models = Set.copyOf(models);
    prompts = Set.copyOf(prompts);
  }

  /** Whether a text is a model's id, or the beginning of one with a {@code *} behind. */
  public static boolean isModel(String value) {
    return MODEL.matcher(value).matches();
  }

  public boolean allowsModel(String id) {
    return models.isEmpty() || models.stream().anyMatch(allowed -> covers(allowed, id));
  }

  private static boolean covers(String allowed, String id) {
    return allowed.endsWith("*")
        ? id.startsWith(allowed.substring(0, allowed.length() - 1))
        : id.equals(allowed);
  }

  public boolean allowsPrompt(String name) {
    return prompts.isEmpty() || prompts.contains(name);
  }

  /** Whether calls without a managed prompt are allowed, too. */
  public boolean allowsOwnRequests() {
    return prompts.isEmpty();
  }

  public boolean isLimited() {
    return !models.isEmpty() || !prompts.isEmpty();
  }
}
