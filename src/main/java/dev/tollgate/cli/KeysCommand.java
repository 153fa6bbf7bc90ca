package dev.tollgate.cli;

import picocli.CommandLine.Command;

/** The commands on keys. */
@Command(name = "keys", description = "The keys that callers of the API have.")
final class KeysCommand {}
