package dev.tollgate.invocation;

import dev.tollgate.provider.ModelProvider;
import dev.tollgate.provider.Provider;
import io.quarkus.arc.All;
import jakarta.inject.Singleton;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The way to each provider's models. */
@Singleton
class ModelProviders {
  private final Map<Provider, ModelProvider> providers = new EnumMap<>(Provider.class);

  ModelProviders(@All List<ModelProvider> providers) {
    providers.forEach(provider -> this.providers.put(provider.provider(), provider));
  }

  ModelProvider of(Provider provider) {
    ModelProvider found = providers.get(provider);
    if (found == null) {
      throw new IllegalStateException("nothing asks models of " + provider.title());
    }
    return found;
  }
}
