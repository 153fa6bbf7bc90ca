package dev.tollgate.invocation;

import dev.tollgate.cost.pricing.PriceBook;
import dev.tollgate.provider.Fitted;
import dev.tollgate.provider.ModelCatalogue;
import dev.tollgate.provider.ModelLimits;
import dev.tollgate.provider.ModelRequest;
import dev.tollgate.provider.UsageBound;
import dev.tollgate.provider.anthropic.MessagesBound;
import dev.tollgate.provider.openai.ChatBound;
import jakarta.inject.Singleton;
import java.math.BigDecimal;
import java.time.Instant;

/** The most that an attempt at a call can cost, whichever of its models is asked. */
@Singleton
class WorstCase {
  private final ModelCatalogue models;
  private final PriceBook prices;

  WorstCase(ModelCatalogue models, PriceBook prices) {
    this.models = models;
    this.prices = prices;
  }

  /** In USD. */
  BigDecimal of(Call call) {
    return call.candidates().stream()
        .map(Fitted::request)
        .map(request -> of(request, call.id().time()))
        .reduce(BigDecimal.ZERO, BigDecimal::max);
  }

  private BigDecimal of(ModelRequest request, Instant time) {
    return prices.findPrice(request.provider(), request.model(), time).maxCost(bound(request));
  }

  private UsageBound bound(ModelRequest request) {
    ModelLimits limits = models.limits(request.model());
    return switch (request.provider()) {
      case ANTHROPIC -> MessagesBound.of(request, limits);
      case OPENAI -> ChatBound.of(request, limits);
    };
  }
}
