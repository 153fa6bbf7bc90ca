package dev.tollgate.identity;

import java.util.Optional;

/** Keeps virtual keys by the hash of their secret. */
public interface KeyStore {
  Optional<VirtualKey> find(String secretHash);

  void add(String secretHash, VirtualKey key);
}
