package dev.tollgate.cost.ledger;

import java.util.List;
import java.util.OptionalLong;

/**
 * The latency of calls in fixed buckets, so that histograms of days add up.
 *
 * @param counts calls in each bucket, the fastest first
 */
public record LatencyHistogram(List<Long> counts) {
  static final LatencyHistogram NONE =
      new LatencyHistogram(RollUp.LATENCY_COLUMNS.stream().map(_ -> 0L).toList());

  public LatencyHistogram {
    counts = List.copyOf(counts);
    if (counts.size() != RollUp.LATENCY_COLUMNS.size()) {
      throw new IllegalArgumentException("a histogram has %d buckets".formatted(counts.size()));
    }
  }

  /**
   * Estimates a percentile in milliseconds. It assumes that the calls of a bucket are spread
   * evenly, and that calls beyond the last bound took exactly that long.
   */
  public OptionalLong percentile(int percent) {
    long calls = counts.stream().mapToLong(Long::longValue).sum();
    long rank = Math.ceilDiv(calls * percent, 100L);
    long before = 0;
    int low = 0;
    for (int bucket = 0; bucket < RollUp.LATENCY_BOUNDS.size(); bucket++) {
      int high = RollUp.LATENCY_BOUNDS.get(bucket);
      long here = counts.get(bucket);
      if (here > 0 && before + here >= rank) {
        return OptionalLong.of(low + (high - low) * (rank - before) / here);
      }
      before += here;
      low = high;
    }
    return calls == 0 ? OptionalLong.empty() : OptionalLong.of(low);
  }
}
