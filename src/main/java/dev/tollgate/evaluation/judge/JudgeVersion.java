package dev.tollgate.evaluation.judge;

import dev.tollgate.prompt.PromptName;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An exact judge: a model with a version of the judge's prompt.
 *
 * @param promptVersion the version of {@value #PROMPT_NAME}
 * @param hash of the content of that version
 */
public record JudgeVersion(String model, int promptVersion, String hash) {
  private static final String PROMPT_NAME = "tollgate_judge";

  /** The managed prompt that instructs judges. */
  public static final PromptName PROMPT = new PromptName(PROMPT_NAME);

  private static final Pattern ID =
      Pattern.compile("(.+) " + PROMPT_NAME + "@([1-9][0-9]{0,8}) ([0-9a-f]{12})");

  /** The name in records, such as {@code claude-sonnet-4-6 tollgate_judge@1 8c0f9e2b41d7}. */
  public String id() {
    return "%s %s@%d %s".formatted(model, PROMPT_NAME, promptVersion, hash);
  }

  /** Parses the name in records. */
  public static Optional<JudgeVersion> parse(String id) {
    Matcher parts = ID.matcher(id);
    return parts.matches()
        ? Optional.of(
            new JudgeVersion(parts.group(1), Integer.parseInt(parts.group(2)), parts.group(3)))
        : Optional.empty();
  }
}
