package dev.tollgate.cache;

final class InMemorySemanticIndexTest extends SemanticIndexContract {
  @Override
  SemanticIndex index() {
    return new InMemorySemanticIndex(clock);
  }
}
