package dev.tollgate.cli;

import dev.tollgate.cli.budgets.BudgetsCommand;
import dev.tollgate.cli.client.CliEnvironment;
import dev.tollgate.cli.client.CommandException;
import dev.tollgate.cli.client.ExitCode;
import dev.tollgate.cli.client.GlobalOptions;
import dev.tollgate.cli.client.Session;
import dev.tollgate.cli.costs.CostsCommand;
import dev.tollgate.cli.costs.PricesCommand;
import dev.tollgate.cli.costs.UsersCommand;
import dev.tollgate.cli.keys.KeysCommand;
import dev.tollgate.cli.prompts.PromptsCommand;
import dev.tollgate.cli.semantic.SemanticCommand;
import dev.tollgate.promptfile.PromptFileException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.lang.reflect.Method;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;

/** The {@code tollgate} command. */
@Command(
    name = "tollgate",
    description = "Manage prompts, keys and costs of a Tollgate installation.",
    versionProvider = ResourceVersionProvider.class,
    footer = {
      "",
      "TOLLGATE_URL and TOLLGATE_KEY set the URL of the installation and the API key.",
      "For a local cloud, `eval \"$(make -s env)\"` sets both."
    })
public final class Tollgate {
  @Mixin private final GlobalOptions options;

  // Not inherited: `tollgate prompts test` has a --version of its own.
  @Option(names = "--version", versionHelp = true, description = "Print the version.")
  private boolean version;

  private Tollgate(GlobalOptions options) {
    this.options = options;
  }

  public static void main(String[] arguments) {
    System.exit(
        run(
            arguments,
            System.getenv(),
            utf8(FileDescriptor.out),
            utf8(FileDescriptor.err),
            Path.of("")));
  }

  /**
   * Runs one command.
   *
   * @param directory the directory that relative paths start from
   * @return the exit code
   */
  public static int run(
      String[] arguments,
      Map<String, String> environment,
      PrintStream out,
      PrintStream err,
      Path directory) {
    return commandLine(new CliEnvironment(environment, out, err, directory)).execute(arguments);
  }

  /** The command with all its subcommands. */
  public static CommandLine commandLine(CliEnvironment environment) {
    GlobalOptions options = new GlobalOptions();
    Session session = new Session(environment, options);
    CommandLine command =
        new CommandLine(new Tollgate(options))
            .addSubcommand(PromptsCommand.commandLine(session))
            .addSubcommand(KeysCommand.commandLine(session))
            .addSubcommand(BudgetsCommand.commandLine(session))
            .addSubcommand(CostsCommand.commandLine(session))
            .addSubcommand(SemanticCommand.commandLine(session))
            .addSubcommand(PricesCommand.commandLine(session))
            .addSubcommand(UsersCommand.commandLine(session))
            .registerConverter(BigDecimal.class, Tollgate::parseAmount);
    addExitCodeHelp(command);
    return command
        .setOut(new PrintWriter(environment.out(), true, StandardCharsets.UTF_8))
        .setErr(new PrintWriter(environment.err(), true, StandardCharsets.UTF_8))
        .setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF))
        .setParameterExceptionHandler((exception, _) -> handleUsageError(session, exception))
        .setExecutionExceptionHandler((exception, _, _) -> handleException(session, exception));
  }

  private static BigDecimal parseAmount(String text) {
    try {
      return new BigDecimal(text);
    } catch (NumberFormatException e) {
      throw new TypeConversionException("'" + text + "' is not an amount (example: 12.50)");
    }
  }

  /** Adds the usual exit codes to the help of commands that list none. */
  private static void addExitCodeHelp(CommandLine command) {
    UsageMessageSpec usage = command.getCommandSpec().usageMessage();
    Object implementation = command.getCommand();
    if (implementation instanceof Callable<?> || implementation instanceof Method) {
      usage.exitCodeListHeading(ExitCode.HEADING);
      if (usage.exitCodeList().isEmpty()) {
        usage.exitCodeList(UsageMessageSpec.keyValuesMap(ExitCode.OK_HELP, ExitCode.ERROR_HELP));
      }
    }
    command.getSubcommands().values().forEach(Tollgate::addExitCodeHelp);
  }

  private static int handleUsageError(Session session, ParameterException exception) {
    CommandLine command = exception.getCommandLine();
    session.printMessage(String.valueOf(exception.getMessage()));
    session.printMessage("See `%s --help`.".formatted(command.getCommandSpec().qualifiedName()));
    return ExitCode.ERROR;
  }

  private static int handleException(Session session, Exception exception) {
    if (exception instanceof CommandException expected) {
      session.printMessage(String.valueOf(expected.getMessage()));
      return expected.exitCode();
    }
    if (exception instanceof PromptFileException) {
      session.printMessage(String.valueOf(exception.getMessage()));
      return ExitCode.ERROR;
    }
    session.printMessage("Internal error: " + exception);
    for (StackTraceElement frame : exception.getStackTrace()) {
      session.printMessage("  at " + frame);
    }
    return ExitCode.ERROR;
  }

  private static PrintStream utf8(FileDescriptor descriptor) {
    return new PrintStream(new FileOutputStream(descriptor), false, StandardCharsets.UTF_8);
  }
}
