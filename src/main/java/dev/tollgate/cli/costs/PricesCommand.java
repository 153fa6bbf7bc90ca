package dev.tollgate.cli.costs;

import picocli.CommandLine.Command;

/** The commands on prices. */
@Command(name = "prices", description = "The price book.")
public final class PricesCommand {}
