package dev.tollgate.identity;

final class InMemoryKeyStoreTest extends KeyStoreContract {
  @Override
  KeyStore newStore() {
    return new InMemoryKeyStore();
  }
}
