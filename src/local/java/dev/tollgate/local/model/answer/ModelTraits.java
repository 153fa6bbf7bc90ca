package dev.tollgate.local.model.answer;

import static java.util.Objects.requireNonNull;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What differs from model to model on the wire, read from the id. Unknown ids are accepted and
 * treated as the current generation of their family, because new models appear faster than this
 * list changes.
 */
public record ModelTraits(
    String id,
    double charactersPerToken,
    int minimumCacheablePrefix,
    Sampling sampling,
    Thinking thinking,
    boolean acceptsForcedTool,
    boolean acceptsPrefill,
    boolean acceptsSystemMessages) {

  public enum Sampling {
    FREE,
    /** Only the defaults are accepted; other values are a 400. */
    FIXED
  }

  public enum Thinking {
    /** Takes a token budget. */
    BUDGET,
    ADAPTIVE,
    /** Adaptive, and cannot be disabled. */
    ALWAYS
  }

  private static final double OLD_TOKENIZER = 4.25;
  private static final double NEW_TOKENIZER = 2.9;
  // One digit only: in "claude-opus-4-20250514" the second number is a date, not a version.
  private static final Pattern CLAUDE =
      Pattern.compile("claude-(opus|sonnet|haiku|fable|mythos)-(\\d+)(?:-(\\d))?(?!\\d).*");

  public ModelTraits {
    requireNonNull(id, "id");
    requireNonNull(sampling, "sampling");
    requireNonNull(thinking, "thinking");
  }

  public static ModelTraits of(String id) {
    Matcher claude = CLAUDE.matcher(id);
    if (!claude.matches()) {
      return other(id);
    }
    String family = claude.group(1);
    String minor = claude.group(3);
    int version =
        Integer.parseInt(claude.group(2)) * 10 + (minor == null ? 0 : Integer.parseInt(minor));
    boolean myth = family.equals("fable") || family.equals("mythos");
    boolean current = myth || version >= (family.equals("opus") ? 47 : 50);
    boolean always = myth || (version >= 55 && !family.equals("haiku"));
    return new ModelTraits(
        id,
        current ? NEW_TOKENIZER : OLD_TOKENIZER,
        minimumCacheablePrefix(family, version),
        current ? Sampling.FIXED : Sampling.FREE,
        always ? Thinking.ALWAYS : current ? Thinking.ADAPTIVE : Thinking.BUDGET,
        !(family.equals("sonnet") && version >= 55),
        !current && version < 46,
        id.startsWith("claude-opus-4-8")
            || id.startsWith("claude-opus-5")
            || id.startsWith("claude-fable-5-1"));
  }

  private static ModelTraits other(String id) {
    // The GPT-5 models that reason by default take temperature 1 only; 5.1 to 5.4 do not reason
    // unless asked.
    boolean fixed = id.matches("o[134](-.*)?|gpt-5(-.*)?|gpt-5\\.[6-9].*");
    return new ModelTraits(
        id,
        OLD_TOKENIZER,
        1024,
        fixed ? Sampling.FIXED : Sampling.FREE,
        Thinking.BUDGET,
        true,
        true,
        false);
  }

  private static int minimumCacheablePrefix(String family, int version) {
    return switch (family) {
      case "fable", "mythos" -> 512;
      case "opus" -> opusMinimum(version);
      case "sonnet" -> version >= 55 ? 512 : 1024;
      default -> version >= 55 ? 512 : 4096;
    };
  }

  private static int opusMinimum(int version) {
    return switch (version) {
      case 45, 46 -> 4096;
      case 47 -> 2048;
      default -> version >= 50 ? 512 : 1024;
    };
  }
}
