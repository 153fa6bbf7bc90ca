package dev.tollgate.local.model.wire;

import static java.util.Objects.requireNonNull;

import dev.tollgate.local.model.answer.TokenCounter;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * OpenAI's prompt caching: nothing is marked, and the longest known beginning of a prompt counts.
 */
final class AutomaticPrefixCache {
  private static final int MIN_TOKENS = 1024;
  private static final int STEP_TOKENS = 128;
  private static final Duration LIFETIME = Duration.ofMinutes(10);
  private static final int PRUNE_THRESHOLD = 100_000;

  private final Clock clock;
  private final Map<String, Instant> expiries = new HashMap<>();

  AutomaticPrefixCache(Clock clock) {
    this.clock = requireNonNull(clock, "clock");
  }

  /** Returns how many tokens of {@code prompt} are known, and remembers it. */
  synchronized int countCachedTokens(String scope, String prompt, TokenCounter tokens) {
    Instant now = clock.instant();
    int cached = 0;
    List<String> hashes = hashes(scope, prompt, tokens);
    for (int i = 0; i < hashes.size(); i++) {
      Instant expiry = expiries.get(hashes.get(i));
      if (expiry == null || !now.isBefore(expiry)) {
        break;
      }
      cached = MIN_TOKENS + i * STEP_TOKENS;
    }
    hashes.forEach(hash -> expiries.put(hash, now.plus(LIFETIME)));
    if (expiries.size() > PRUNE_THRESHOLD) {
      expiries.values().removeIf(expiry -> !now.isBefore(expiry));
    }
    return cached;
  }

  private static List<String> hashes(String scope, String prompt, TokenCounter tokens) {
    List<String> hashes = new ArrayList<>();
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update((scope + "\n").getBytes(StandardCharsets.UTF_8));
      int from = 0;
      for (int length = MIN_TOKENS; length <= tokens.count(prompt); length += STEP_TOKENS) {
        int to = tokens.truncate(prompt, length).length();
        digest.update(prompt.substring(from, to).getBytes(StandardCharsets.UTF_8));
        hashes.add(HexFormat.of().formatHex(((MessageDigest) digest.clone()).digest()));
        from = to;
      }
    } catch (NoSuchAlgorithmException | CloneNotSupportedException e) {
      throw new AssertionError("every JDK has a SHA-256 that can be cloned", e);
    }
    return hashes;
  }
}
