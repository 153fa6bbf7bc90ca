package dev.tollgate.prompt;

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

/** What an author should know of a prompt before it costs money. None of it is an error. */
@Singleton
public class PromptLint {
  /** Retirements are announced months ahead; that is when to say so. */
  private static final int RETIREMENT_NOTICE_DAYS = 180;

  private static final String MONTH =
      "(?:January|February|March|April|May|June|July|August|September|October|November|December)";

  /** Text that was made for one call or one day. */
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
                "{{%s}} is not declared in variables: it is taken as a required string."
                    .formatted(name)));
      }
    }
    for (String name : content.variables().keySet()) {
      if (!named.contains(name)) {
        warnings.add(
            new Warning(
                "unused_variable",
                "The variable %s stands nowhere in the prompt.".formatted(name)));
      }
    }
  }

  /**
   * What changes from call to call before the end of a cached prefix keeps it from being reused.
   */
  private void checkPrefix(PromptContent content, List<Warning> warnings) {
    String prefix = content.template().stablePrefix();
    Matcher made = VOLATILE.matcher(prefix);
    if (made.find()) {
      warnings.add(
          new Warning(
              "volatile_prefix",
              "\"%s\" looks like made for one day or call: prompts with another value share no cache."
                  .formatted(made.group())));
    }
    for (String name : variablesBeforeOtherText(content)) {
      if (VOLATILE_NAME.matcher(name).matches()) {
        warnings.add(
            new Warning(
                "volatile_prefix",
                "{{%s}} changes from call to call: nothing behind it can be cached by the provider."
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
              "prompt_caching does nothing for %s: OpenAI caches prompts by itself."
                  .formatted(content.model())));
    } else if (marked && model.isPresent()) {
      long tokens = model.get().estimateTokens(prefix.length());
      if (tokens < model.get().minCacheableTokens()) {
        warnings.add(
            new Warning(
                "short_prefix",
                "The text before the first variable has about %d tokens; %s caches from %d on."
                    .formatted(tokens, content.model(), model.get().minCacheableTokens())));
      }
    }
  }

  /** All variables but one that stands at the very end. */
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
                        "%s takes no temperature: it is left out, and 0 still lets answers be reused."
                            .formatted(content.model()))));
  }

  private void checkModel(String name, List<Warning> warnings) {
    Optional<ModelInfo> model = models.find(name);
    if (model.isEmpty()) {
      warnings.add(
          new Warning(
              "unknown_model",
              "Tollgate does not know the model %s: check its name; its price is estimated."
                  .formatted(name)));
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
                                model.get().successor().orElse("another one")))));
  }
}
