package dev.tollgate.cli.semantic;

import picocli.CommandLine.Command;

/** The commands on the semantic cache. */
@Command(name = "semantic", description = "Answers to similar questions.")
public final class SemanticCommand {}
