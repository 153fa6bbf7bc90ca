package dev.tollgate.evaluation;

final class InMemoryRunStoreTest extends RunStoreContract {
  @Override
  RunStore newStore() {
    return new InMemoryRunStore();
  }
}
