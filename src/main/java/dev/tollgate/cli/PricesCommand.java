package dev.tollgate.cli;

import picocli.CommandLine.Command;

/** The commands on prices. */
@Command(name = "prices", description = "The price book.")
final class PricesCommand {}
