package dev.tollgate.prompt;

final class InMemoryPromptStoreTest extends PromptStoreContract {
  @Override
  PromptStore newStore() {
    return new InMemoryPromptStore();
  }
}
