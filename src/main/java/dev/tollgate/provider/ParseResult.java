package dev.tollgate.provider;

/** What came of reading a request in the shape of a provider's API. */
public sealed interface ParseResult {
  record Parsed(ModelRequest request) implements ParseResult {}

  /** The field that is wrong and what it should be. */
  record Invalid(String field, String message) implements ParseResult {}
}
