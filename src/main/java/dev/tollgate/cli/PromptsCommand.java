package dev.tollgate.cli;

import picocli.CommandLine.Command;

/** The commands on prompts. */
@Command(name = "prompts", description = "Prompt files and the registry.")
final class PromptsCommand {}
