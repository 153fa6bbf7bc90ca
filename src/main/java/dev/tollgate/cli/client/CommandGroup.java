package dev.tollgate.cli.client;

import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** A command that only holds other commands, some of them methods of its class. */
public final class CommandGroup {
  private CommandGroup() {}

  /** Makes help list the commands of a group in this order. Picocli sorts methods by name. */
  public static CommandLine order(CommandLine group, String... names) {
    CommandSpec spec = group.getCommandSpec();
    for (String name : names) {
      spec.addSubcommand(name, spec.removeSubcommand(name));
    }
    return group;
  }
}
