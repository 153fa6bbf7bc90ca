package dev.tollgate.invocation;

final class InMemoryClaimStoreTest extends ClaimStoreContract {
  @Override
  ClaimStore newStore() {
    return new InMemoryClaimStore();
  }
}
