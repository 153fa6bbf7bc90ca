package dev.tollgate.provider;

/** The result of parsing a request in the format of a provider's API. */
public sealed interface ParseResult {
  record Parsed(ModelRequest request) implements ParseResult {}

  /** The invalid field and the value that it must have. */
  record Invalid(String field, String message) implements ParseResult {}
}
