package dev.tollgate.cli;

import picocli.CommandLine.Command;

/** The commands on the semantic cache. */
@Command(name = "semantic", description = "Answers to similar questions.")
final class SemanticCommand {}
