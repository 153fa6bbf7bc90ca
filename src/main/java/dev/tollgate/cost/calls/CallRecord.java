package dev.tollgate.cost.calls;

import dev.tollgate.cost.pricing.Cost;
import dev.tollgate.cost.pricing.Price;
import dev.tollgate.cost.pricing.PromptCacheSavings;
import dev.tollgate.provider.Usage;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One attempt at a call that was billed or ended it: who asked what of whom, what it used and what
 * it cost. Immutable; the time is that of the id. Texts that came from outside lose their control
 * characters (PostgreSQL cannot hold a NUL) and what goes beyond 256 characters, so that no call is
 * too odd to be booked.
 *
 * @param id of this attempt
 * @param callId of the call that the attempt belongs to: the id of the record that ended it, whose
 *     time and latency are the whole call's
 * @param finalAttempt whether this attempt ended the call
 * @param user the caller's own end user, unverified, within the team
 * @param endpoint the feature that asked
 * @param requestedModel the model that was meant: the request's or the prompt's own
 * @param model the model that answered
 * @param cost USD that the provider bills
 * @param avoidedCost USD that a cache hit saved
 * @param promptCacheSavings what the provider's prompt caching saved, at the rates of the time
 * @param answeredBy the call whose answer a cache hit gave; absent in records of before it was kept
 * @param similarity of the question asked to the one answered, 1 at most; of a semantic hit only
 * @param finishReason why the model stopped; absent when no answer came
 * @param failure the error's type when no answer came
 */
public record CallRecord(
    CallId id,
    CallId callId,
    boolean finalAttempt,
    String keyId,
    String team,
    Optional<String> user,
    String endpoint,
    String provider,
    String requestedModel,
    String model,
    Optional<PromptUse> prompt,
    Usage usage,
    BigDecimal cost,
    BigDecimal avoidedCost,
    PromptCacheSavings promptCacheSavings,
    String priceId,
    Price.Status priceStatus,
    CacheOutcome cache,
    Optional<CallId> answeredBy,
    Optional<BigDecimal> similarity,
    Optional<String> finishReason,
    Optional<String> failure,
    Duration latency,
    Purpose purpose) {
  private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");
  private static final int MAX_TEXT_LENGTH = 256;

  public CallRecord {
    if (cost.signum() < 0 || avoidedCost.signum() < 0) {
      throw new IllegalArgumentException("a call cannot cost less than nothing");
    }
    if (cache != CacheOutcome.NONE && cost.signum() != 0) {
      throw new IllegalArgumentException("a cache hit costs nothing");
    }
    if (cache == CacheOutcome.NONE && answeredBy.isPresent()) {
      throw new IllegalArgumentException("only a cache hit was answered by another call");
    }
    if ((cache == CacheOutcome.SEMANTIC) != similarity.isPresent()) {
      throw new IllegalArgumentException("a semantic hit has a similarity, and nothing else has");
    }
    user = user.map(CallRecord::printable);
    endpoint = printable(endpoint);
    requestedModel = printable(requestedModel);
    model = printable(model);
    failure = failure.map(CallRecord::printable);
  }

  public Instant time() {
    return id.time();
  }

  public Status status() {
    return failure.isPresent() ? Status.ERROR : Status.OK;
  }

  /** Whether the price book lacks the model, or the terms on which it was asked. */
  public boolean lacksPrice() {
    Cost booked = new Cost(cost, promptCacheSavings, priceId, priceStatus);
    return booked.isEstimated() && !booked.hasEstimatedTokens(usage);
  }

  private static String printable(String text) {
    String clean = CONTROL.matcher(text).replaceAll("?");
    if (clean.length() <= MAX_TEXT_LENGTH) {
      return clean;
    }
    boolean cutsPair = Character.isHighSurrogate(clean.charAt(MAX_TEXT_LENGTH - 1));
    return clean.substring(0, cutsPair ? MAX_TEXT_LENGTH - 1 : MAX_TEXT_LENGTH);
  }

  /** The managed prompt that a call used. */
  public record PromptUse(String name, int version) {
    /** In place of a number, for a prompt from a developer's file. */
    public static final int FILE_VERSION = 0;
  }

  /** How an attempt ended. */
  public enum Status {
    OK,
    ERROR
  }

  /** What a call was made for. */
  public enum Purpose {
    /** An application's call. */
    LIVE,
    /** A test of a prompt version. */
    REGRESSION,
    /** A judgement on an answer. */
    JUDGE,
    /** A question asked anew to see whether the answer to a similar one was right for it. */
    SHADOW
  }
}
