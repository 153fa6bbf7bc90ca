package dev.tollgate.cli.budgets;

import picocli.CommandLine.Command;

/** The commands on budgets. */
@Command(
    name = "budgets",
    description = "What keys, teams, prompts and the installation may spend.")
public final class BudgetsCommand {}
