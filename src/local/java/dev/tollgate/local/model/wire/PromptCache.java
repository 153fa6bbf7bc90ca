package dev.tollgate.local.model.wire;

import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;
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
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Anthropic's prompt caching: stores the prefixes that a request marked, and returns what a later
 * request reads from them and what it writes. Only the accounting is simulated; answers do not
 * depend on it.
 */
final class PromptCache {
  /** How many blocks before a breakpoint an earlier entry is still found. */
  private static final int LOOKBACK_BLOCKS = 20;

  private static final int PRUNE_THRESHOLD = 10_000;

  private final Clock clock;
  private final Map<String, Entry> entries = new HashMap<>();

  PromptCache(Clock clock) {
    this.clock = requireNonNull(clock, "clock");
  }

  enum Lifetime {
    FIVE_MINUTES(Duration.ofMinutes(5)),
    ONE_HOUR(Duration.ofHours(1));

    private final Duration duration;

    Lifetime(Duration duration) {
      this.duration = duration;
    }
  }

  /** One block of a prompt: its exact text, and the lifetime when it is a breakpoint. */
  record Block(String content, int tokens, Optional<Lifetime> breakpoint) {
    Block {
      requireNonNull(content, "exact");
      requireNonNull(breakpoint, "breakpoint");
    }
  }

  /** The cached parts of a prompt in tokens; what is in none of them is plain input. */
  record CacheUsage(int read, int writtenForFiveMinutes, int writtenForOneHour) {
    int written() {
      return writtenForFiveMinutes + writtenForOneHour;
    }

    int total() {
      return read + written();
    }
  }

  /**
   * What a request finds. Its writes become readable only on {@link #commit}, so that parallel
   * requests on a cold prefix all pay for writing it, as they do with the real cache.
   */
  final class Lookup {
    private final CacheUsage usage;
    private final Map<String, Entry> touched;

    private Lookup(CacheUsage usage, Map<String, Entry> touched) {
      this.usage = usage;
      this.touched = touched;
    }

    CacheUsage usage() {
      return usage;
    }

    /** Call when the answer begins. */
    void commit() {
      synchronized (PromptCache.this) {
        entries.putAll(touched);
        if (entries.size() > PRUNE_THRESHOLD) {
          Instant now = clock.instant();
          entries.values().removeIf(entry -> !entry.isLiveAt(now));
        }
      }
    }
  }

  private record Entry(Lifetime lifetime, Instant expires) {
    boolean isLiveAt(Instant now) {
      return now.isBefore(expires);
    }
  }

  private record Prefix(String hash, int tokens, Optional<Lifetime> breakpoint) {}

  /** Looks {@code blocks} up for {@code scope}, which names the API key and the model. */
  synchronized Lookup lookUp(String scope, List<Block> blocks, int minimumTokens) {
    Instant now = clock.instant();
    List<Prefix> prefixes = prefixes(scope, blocks);
    int hit = longestHit(prefixes, minimumTokens, now);
    Map<String, Entry> touched = new HashMap<>();
    int read = hit < 0 ? 0 : prefixes.get(hit).tokens();
    int accounted = read;
    int fiveMinutes = 0;
    int oneHour = 0;
    for (int i = 0; i < prefixes.size(); i++) {
      Prefix prefix = prefixes.get(i);
      Entry live = findLive(prefix, now);
      if (i <= hit && live != null) {
        // A read refreshes the timer, counted from the start of the request.
        touched.put(prefix.hash(), entry(live.lifetime(), now));
      } else if (i > hit && prefix.breakpoint().isPresent() && prefix.tokens() >= minimumTokens) {
        Lifetime lifetime = prefix.breakpoint().get();
        int written = prefix.tokens() - accounted;
        accounted = prefix.tokens();
        switch (lifetime) {
          case FIVE_MINUTES -> fiveMinutes += written;
          case ONE_HOUR -> oneHour += written;
        }
        touched.put(prefix.hash(), entry(lifetime, now));
      }
    }
    return new Lookup(new CacheUsage(read, fiveMinutes, oneHour), touched);
  }

  private int longestHit(List<Prefix> prefixes, int minimumTokens, Instant now) {
    for (int i = prefixes.size() - 1; i >= 0; i--) {
      if (prefixes.get(i).breakpoint().isEmpty() || prefixes.get(i).tokens() < minimumTokens) {
        continue;
      }
      for (int back = i; back >= Math.max(0, i - LOOKBACK_BLOCKS + 1); back--) {
        if (findLive(prefixes.get(back), now) != null) {
          return back;
        }
      }
    }
    return -1;
  }

  private @Nullable Entry findLive(Prefix prefix, Instant now) {
    Entry entry = entries.get(prefix.hash());
    return entry != null && entry.isLiveAt(now) ? entry : null;
  }

  private static Entry entry(Lifetime lifetime, Instant now) {
    return new Entry(lifetime, now.plus(lifetime.duration));
  }

  private static List<Prefix> prefixes(String scope, List<Block> blocks) {
    MessageDigest digest = sha256();
    update(digest, scope);
    List<Prefix> prefixes = new ArrayList<>();
    int tokens = 0;
    for (Block block : blocks) {
      update(digest, block.content());
      tokens += block.tokens();
      prefixes.add(new Prefix(hashSoFar(digest), tokens, block.breakpoint()));
    }
    return prefixes;
  }

  /** Length-prefixes each part so that neighbouring blocks cannot run together. */
  private static void update(MessageDigest digest, String part) {
    byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
    digest.update(bytes);
  }

  private static String hashSoFar(MessageDigest digest) {
    try {
      return HexFormat.of().formatHex(((MessageDigest) digest.clone()).digest());
    } catch (CloneNotSupportedException e) {
      throw new AssertionError("the JDK's SHA-256 can be cloned", e);
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }
}
