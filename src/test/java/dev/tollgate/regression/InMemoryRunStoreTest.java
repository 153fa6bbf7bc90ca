package dev.tollgate.regression;

final class InMemoryRunStoreTest extends RunStoreContract {
  @Override
  RunStore newStore() {
    return new InMemoryRunStore();
  }
}
