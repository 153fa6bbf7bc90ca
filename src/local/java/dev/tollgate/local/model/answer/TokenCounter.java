package dev.tollgate.local.model.answer;

/**
 * Counts tokens by length. Real tokenizers are not public; what matters here is that counts are
 * stable, add up over blocks, and differ between tokenizer generations as the real ones do.
 */
public record TokenCounter(double charactersPerToken) {
  /** Tokens of a message in addition to its text. */
  public static final int PER_MESSAGE = 4;

  /** Tokens of a request in addition to its messages. */
  public static final int PER_REQUEST = 3;

  public TokenCounter {
    if (!(charactersPerToken > 0)) {
      throw new IllegalArgumentException("charactersPerToken must be positive");
    }
  }

  public static TokenCounter of(ModelTraits model) {
    return new TokenCounter(model.charactersPerToken());
  }

  public int count(String text) {
    return (int) Math.ceil(text.length() / charactersPerToken);
  }

  /** Returns the longest beginning of {@code text} that fits. */
  public String truncate(String text, int tokens) {
    double fitting = Math.floor(tokens * charactersPerToken);
    return fitting >= text.length() ? text : text.substring(0, (int) fitting);
  }
}
