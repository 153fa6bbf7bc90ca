package dev.tollgate.prompt.content;

import dev.tollgate.provider.ModelCatalogue;
import dev.tollgate.provider.ModelInfo;
import dev.tollgate.provider.Provider;
import dev.tollgate.provider.SamplingSupport;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Warnings for authors about content that costs money or cache hits. None of them is an error. */
@Singleton
public class PromptLint {
  /** How long before its retirement a model causes a warning. */
  private static final int RETIREMENT_NOTICE_DAYS = 180;

  private static final String MONTH =
      "(?:January|February|March|April|May|June|July|August|September|October|November|December)";

  /** Text that is specific to one call or one day. */
  private static final Pattern VOLATILE =
      Pattern.compile(
          "\\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\\b"
              + "|\\b20\\d\\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])(?:T[0-9:.]+Z?)?\\b"
              + "|\\b\\d{1,2}/\\d{1,2}/20\\d\\d\\b"
              + "|\\b"
              + MONTH
              + " \\d{1,2}(?:st|nd|rd|th)?,? 20\\d\\d\\b"
              + "|\\b\\d{1,2}\\.? "
              + MONTH
              + " 20\\d\\d\\b",
          Pattern.CASE_INSENSITIVE);

  private static final Pattern VOLATILE_NAME =
      Pattern.compile(
          "now|today|date|time|datetime|timestamp|uuid|nonce|(?:current|today)_?(?:date|time|day)"
              + "|(?:request|session|trace)_?id");

  private final ModelCatalogue models;
  private final Clock clock;

  public PromptLint(ModelCatalogue models, Clock clock) {
    this.models = models;
    this.clock = clock;
  }

  public record Warning(String code, String message) {}

  public List<Warning> check(PromptContent content) {
    List<Warning> warnings = new ArrayList<>();
    checkVariables(content, warnings);
    checkPrefix(content, warnings);
    checkModel(content, warnings);
    return warnings;
  }

  private static void checkVariables(PromptContent content, List<Warning> warnings) {
    Set<String> named = content.template().variables();
    for (String name : named) {
      if (!content.variables().containsKey(name)) {
        warnings.add(
            new Warning(
                "undeclared_variable",
                "{{%s}} is not declared in variables: it is treated as a required string."
                    .formatted(name)));
      }
    }
    for (String name : content.variables().keySet()) {
      if (!named.contains(name)) {
        warnings.add(
            new Warning(
                "unused_variable", "The variable %s is declared but never used.".formatted(name)));
      }
    }
  }

  /** Content that varies before the end of a cached prefix prevents its reuse. */
  private void checkPrefix(PromptContent content, List<Warning> warnings) {
    String prefix = content.template().stablePrefix();
    Matcher made = VOLATILE.matcher(prefix);
    if (made.find()) {
      warnings.add(
          new Warning(
              "volatile_prefix",
              "\"%s\" looks specific to one day or call: prompts with another value cannot share the cache."
                  .formatted(made.group())));
    }
    for (String name : variablesBeforeOtherText(content)) {
      if (VOLATILE_NAME.matcher(name).matches()) {
        warnings.add(
            new Warning(
                "volatile_prefix",
                "{{%s}} varies by call: the provider cannot cache the text after it."
                        .formatted(name)
                    + " Move it to the end."));
      }
    }
    boolean marked = content.promptCaching() != PromptCaching.OFF;
    Optional<ModelInfo> model = models.find(content.model());
    if (marked && models.provider(content.model()) == Provider.OPENAI) {
      warnings.add(
          new Warning(
              "unused_prompt_caching",
              "prompt_caching has no effect on %s: OpenAI caches prompts automatically."
                  .formatted(content.model())));
    } else if (marked && model.isPresent()) {
      long tokens = model.get().estimateTokens(prefix.length());
      if (tokens < model.get().minCacheableTokens()) {
        warnings.add(
            new Warning(
                "short_prefix",
                "The text before the first variable has about %d tokens; %s caches %d or more."
                    .formatted(tokens, content.model(), model.get().minCacheableTokens())));
      }
    }
  }

  /** All variables except one at the very end. */
  private static List<String> variablesBeforeOtherText(PromptContent content) {
    List<String> names = new ArrayList<>(content.template().variables());
    String end = content.template().messages().getLast().template().text().strip();
    if (!names.isEmpty() && end.endsWith("}}")) {
      names.removeLast();
    }
    return names;
  }

  private void checkModel(PromptContent content, List<Warning> warnings) {
    checkModel(content.model(), warnings);
    content.fallbacks().forEach(model -> checkModel(model, warnings));
    models
        .find(content.model())
        .filter(
            model -> model.sampling() == SamplingSupport.NEVER && content.temperature().isPresent())
        .ifPresent(
            _ ->
                warnings.add(
                    new Warning(
                        "dropped_temperature",
                        "%s does not support temperature: it is omitted, and 0 still allows cached responses."
                            .formatted(content.model()))));
  }

  private void checkModel(String name, List<Warning> warnings) {
    Optional<ModelInfo> model = models.find(name);
    if (model.isEmpty()) {
      warnings.add(
          new Warning(
              "unknown_model",
              "Unknown model %s: check its name. Its price is estimated.".formatted(name)));
      return;
    }
    LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    model
        .get()
        .retirementDate()
        .filter(date -> date.isBefore(today.plusDays(RETIREMENT_NOTICE_DAYS)))
        .ifPresent(
            date ->
                warnings.add(
                    new Warning(
                        date.isAfter(today) ? "retiring_model" : "retired_model",
                        "%s %s on %s: choose %s."
                            .formatted(
                                name,
                                date.isAfter(today) ? "retires" : "was retired",
                                date,
                                model.get().successor().orElse("another model")))));
  }
}
