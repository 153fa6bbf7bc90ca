package dev.tollgate.function;

import dev.tollgate.cost.pricing.PriceBook;
import dev.tollgate.dashboard.Dashboard;
import dev.tollgate.provider.ModelCatalogue;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Produces beans of classes that do not know the container. */
final class BeanConfiguration {
  private BeanConfiguration() {}

  @Produces
  @Singleton
  static Clock clock() {
    return Clock.systemUTC();
  }

  @Produces
  @Singleton
  static PriceBook prices(@ConfigProperty(name = "tollgate.prices.file") Optional<String> file) {
    return file.map(path -> PriceBook.load(Path.of(path))).orElseGet(PriceBook::load);
  }

  @Produces
  @Singleton
  static ModelCatalogue models() {
    return ModelCatalogue.load();
  }

  @Produces
  @Singleton
  static Dashboard dashboard() {
    return Dashboard.load();
  }
}
