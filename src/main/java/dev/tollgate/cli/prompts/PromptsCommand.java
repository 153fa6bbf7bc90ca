package dev.tollgate.cli.prompts;

import picocli.CommandLine.Command;

/** The commands on prompts. */
@Command(name = "prompts", description = "Prompt files and the registry.")
public final class PromptsCommand {}
