package dev.tollgate.cli.costs;

import picocli.CommandLine.Command;

/** The commands on end users. */
@Command(name = "users", description = "The end users that calls were made for.")
public final class UsersCommand {}
