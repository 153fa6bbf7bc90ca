package dev.tollgate.invocation;

import dev.tollgate.cost.pricing.PriceBook;
import dev.tollgate.provider.AdaptedRequest;
import dev.tollgate.provider.ModelCatalogue;
import dev.tollgate.provider.ModelLimits;
import dev.tollgate.provider.ModelRequest;
import dev.tollgate.provider.UsageBound;
import dev.tollgate.provider.anthropic.MessagesUsageEstimator;
import dev.tollgate.provider.openai.ChatUsageEstimator;
import jakarta.inject.Singleton;
import java.math.BigDecimal;
import java.time.Instant;

/** The maximum cost of an attempt at a call, over all its models. */
@Singleton
class WorstCaseCost {
  private final ModelCatalogue models;
  private final PriceBook prices;

  WorstCaseCost(ModelCatalogue models, PriceBook prices) {
    this.models = models;
    this.prices = prices;
  }

  /** Estimates in USD. */
  BigDecimal estimate(CallContext call) {
    return call.candidates().stream()
        .map(AdaptedRequest::request)
        .map(request -> estimate(request, call.id().time()))
        .reduce(BigDecimal.ZERO, BigDecimal::max);
  }

  private BigDecimal estimate(ModelRequest request, Instant time) {
    return prices.findPrice(request.provider(), request.model(), time).maxCost(usageBound(request));
  }

  private UsageBound usageBound(ModelRequest request) {
    ModelLimits limits = models.limits(request.model());
    return switch (request.provider()) {
      case ANTHROPIC -> MessagesUsageEstimator.estimateMax(request, limits);
      case OPENAI -> ChatUsageEstimator.estimateMax(request, limits);
    };
  }
}
