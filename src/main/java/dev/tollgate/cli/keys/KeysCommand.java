package dev.tollgate.cli.keys;

import picocli.CommandLine.Command;

/** The commands on keys. */
@Command(name = "keys", description = "The keys that callers of the API have.")
public final class KeysCommand {}
