package dev.tollgate.cost.calls;

import dev.tollgate.cost.pricing.Cost;
import dev.tollgate.cost.pricing.Price;
import dev.tollgate.json.TextLimits;
import dev.tollgate.provider.Usage;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * One attempt at a call that was billed or ended the call: who called which model, what the attempt
 * used and what it cost. Immutable. {@link CallField} lists the fields that stores hold of it.
 *
 * <p>Texts from outside lose their control characters, and what goes beyond 256 characters, so that
 * every store can hold every record.
 */
public record CallRecord(
    Attempt attempt,
    Attribution attribution,
    Models models,
    Usage usage,
    Charge charge,
    CacheUse cacheUse,
    Outcome outcome) {
  private static final int MAX_TEXT_LENGTH = 256;

  public CallRecord {
    if (cacheUse.outcome() != CacheOutcome.NONE && charge.cost().usd().signum() != 0) {
      throw new IllegalArgumentException("a cache hit costs nothing");
    }
  }

  public CallId id() {
    return attempt.id();
  }

  public CallId callId() {
    return attempt.callId();
  }

  public boolean finalAttempt() {
    return attempt.isFinal();
  }

  /** The time of the id. */
  public Instant time() {
    return attempt.id().time();
  }

  public String keyId() {
    return attribution.keyId();
  }

  public String team() {
    return attribution.team();
  }

  public Optional<String> user() {
    return attribution.user();
  }

  public String endpoint() {
    return attribution.endpoint();
  }

  public Optional<PromptUse> prompt() {
    return attribution.prompt();
  }

  public Purpose purpose() {
    return attribution.purpose();
  }

  public String provider() {
    return models.provider();
  }

  public String requestedModel() {
    return models.requested();
  }

  /** The model that answered. */
  public String model() {
    return models.answering();
  }

  /** USD that the provider bills. */
  public BigDecimal cost() {
    return charge.cost().usd();
  }

  public BigDecimal avoidedCost() {
    return charge.avoidedCost();
  }

  public String priceId() {
    return charge.cost().priceId();
  }

  public Price.Status priceStatus() {
    return charge.cost().status();
  }

  public CacheOutcome cache() {
    return cacheUse.outcome();
  }

  public Optional<CallId> answeredBy() {
    return cacheUse.answeredBy();
  }

  public Optional<BigDecimal> similarity() {
    return cacheUse.similarity();
  }

  public Optional<String> finishReason() {
    return outcome.finishReason();
  }

  public Optional<String> failure() {
    return outcome.failure();
  }

  public Duration latency() {
    return outcome.latency();
  }

  public Status status() {
    return failure().isPresent() ? Status.ERROR : Status.OK;
  }

  /** Whether the price book lacks the model, or the terms of the call. */
  public boolean lacksPrice() {
    return charge.cost().isEstimated() && !charge.cost().hasEstimatedTokens(usage);
  }

  private static String sanitize(String text) {
    return TextLimits.truncate(TextLimits.replaceControls(text), MAX_TEXT_LENGTH);
  }

  /**
   * The attempt and its call.
   *
   * @param callId the id of the call's final attempt, whose time and latency are the whole call's
   */
  public record Attempt(CallId id, CallId callId, boolean isFinal) {}

  /**
   * What the cost is attributed to.
   *
   * @param user the caller's own end user within the team; Tollgate does not verify it
   * @param endpoint the feature of the application, or the route
   */
  public record Attribution(
      String keyId,
      String team,
      Optional<String> user,
      String endpoint,
      Optional<PromptUse> prompt,
      Purpose purpose) {
    public Attribution {
      user = user.map(CallRecord::sanitize);
      endpoint = sanitize(endpoint);
    }
  }

  /**
   * The models of a call.
   *
   * @param requested the model of the request or of the prompt
   * @param answering the model that answered
   */
  public record Models(String provider, String requested, String answering) {
    public Models {
      requested = sanitize(requested);
      answering = sanitize(answering);
    }
  }

  /**
   * The money of a call.
   *
   * @param cost what the provider bills, at the price of the time
   * @param avoidedCost USD that a cache hit saved
   */
  public record Charge(Cost cost, BigDecimal avoidedCost) {
    public Charge {
      if (cost.usd().signum() < 0 || avoidedCost.signum() < 0) {
        throw new IllegalArgumentException("a call cannot have a negative cost");
      }
    }
  }

  /**
   * The part that the response cache had in a call.
   *
   * @param answeredBy the call whose response a cache hit returned; absent in records that were
   *     written before this field existed
   * @param similarity of the two questions, 1 at most; present for a semantic hit only
   */
  public record CacheUse(
      CacheOutcome outcome, Optional<CallId> answeredBy, Optional<BigDecimal> similarity) {
    /** The use of a call that a model answered, or that failed. */
    public static final CacheUse NONE =
        new CacheUse(CacheOutcome.NONE, Optional.empty(), Optional.empty());

    public CacheUse {
      if (outcome == CacheOutcome.NONE && answeredBy.isPresent()) {
        throw new IllegalArgumentException("only a cache hit has another call's response");
      }
      if ((outcome == CacheOutcome.SEMANTIC) != similarity.isPresent()) {
        throw new IllegalArgumentException("a semantic hit, and no other call, has a similarity");
      }
    }
  }

  /**
   * How an attempt ended.
   *
   * @param finishReason why the model stopped; absent if there is no response
   * @param failure the error type if there is no response
   */
  public record Outcome(Optional<String> finishReason, Optional<String> failure, Duration latency) {
    public Outcome {
      failure = failure.map(CallRecord::sanitize);
    }
  }

  /** The managed prompt of a call. */
  public record PromptUse(String name, int version) {
    /** Replaces the number for a prompt from a developer's file. */
    public static final int FILE_VERSION = 0;
  }

  public enum Status {
    OK,
    ERROR;

    public String id() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** The reason for which a call was made. */
  public enum Purpose {
    /** An application's call. */
    LIVE,
    /** A call of a test run, which tests a prompt version. */
    REGRESSION,
    /** A judge's call. */
    JUDGE,
    /** A call that checks whether a semantic cache hit was correct. */
    SHADOW;

    public String id() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
