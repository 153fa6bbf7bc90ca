package dev.tollgate.function;

import dev.tollgate.cost.PriceBook;
import dev.tollgate.provider.ModelCatalogue;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;

/** Components that need no more than to be made. */
final class Components {
  private Components() {}

  @Produces
  @Singleton
  static Clock clock() {
    return Clock.systemUTC();
  }

  @Produces
  @Singleton
  static PriceBook prices() {
    return PriceBook.load();
  }

  @Produces
  @Singleton
  static ModelCatalogue models() {
    return ModelCatalogue.load();
  }
}
