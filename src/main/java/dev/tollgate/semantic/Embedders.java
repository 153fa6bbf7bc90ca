package dev.tollgate.semantic;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** Decides who embeds questions. */
@Singleton
class Embedders {
  @Produces
  @Singleton
  Embedder embedder() {
    return new StaticEmbedder();
  }
}
