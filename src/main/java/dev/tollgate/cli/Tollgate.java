package dev.tollgate.cli;

import dev.tollgate.cli.budgets.BudgetsCommand;
import dev.tollgate.cli.budgets.DeleteBudgetCommand;
import dev.tollgate.cli.budgets.ListBudgetsCommand;
import dev.tollgate.cli.budgets.SetBudgetCommand;
import dev.tollgate.cli.budgets.ShowBudgetCommand;
import dev.tollgate.cli.client.CliEnvironment;
import dev.tollgate.cli.client.CommandException;
import dev.tollgate.cli.client.ExitCode;
import dev.tollgate.cli.client.GlobalOptions;
import dev.tollgate.cli.client.Session;
import dev.tollgate.cli.costs.CallsCommand;
import dev.tollgate.cli.costs.CheckPricesCommand;
import dev.tollgate.cli.costs.CostsCommand;
import dev.tollgate.cli.costs.EraseUserCommand;
import dev.tollgate.cli.costs.ExportCostsCommand;
import dev.tollgate.cli.costs.PricesCommand;
import dev.tollgate.cli.costs.RebuildCostsCommand;
import dev.tollgate.cli.costs.RepairCostsCommand;
import dev.tollgate.cli.costs.ReplayCostsCommand;
import dev.tollgate.cli.costs.RepriceCostsCommand;
import dev.tollgate.cli.costs.UsersCommand;
import dev.tollgate.cli.keys.BootstrapCommand;
import dev.tollgate.cli.keys.CreateKeyCommand;
import dev.tollgate.cli.keys.KeyEventsCommand;
import dev.tollgate.cli.keys.KeysCommand;
import dev.tollgate.cli.keys.ListKeysCommand;
import dev.tollgate.cli.keys.RevokeKeyCommand;
import dev.tollgate.cli.keys.RotateKeyCommand;
import dev.tollgate.cli.prompts.ActivateCommand;
import dev.tollgate.cli.prompts.DiffCommand;
import dev.tollgate.cli.prompts.EventsCommand;
import dev.tollgate.cli.prompts.FreezeCommand;
import dev.tollgate.cli.prompts.GateCommand;
import dev.tollgate.cli.prompts.HistoryCommand;
import dev.tollgate.cli.prompts.LabelCommand;
import dev.tollgate.cli.prompts.PromptsCommand;
import dev.tollgate.cli.prompts.PullCommand;
import dev.tollgate.cli.prompts.PushCommand;
import dev.tollgate.cli.prompts.RollbackCommand;
import dev.tollgate.cli.prompts.ShowCommand;
import dev.tollgate.cli.prompts.StatusCommand;
import dev.tollgate.cli.prompts.TestCommand;
import dev.tollgate.cli.prompts.UnfreezeCommand;
import dev.tollgate.cli.runs.RunsCommand;
import dev.tollgate.cli.semantic.SemanticCommand;
import dev.tollgate.cli.semantic.SemanticOffCommand;
import dev.tollgate.cli.semantic.SemanticOnCommand;
import dev.tollgate.cli.semantic.SemanticStatusCommand;
import dev.tollgate.promptfile.PromptFileException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
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
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;

/** The {@code tollgate} command. */
@Command(
    name = "tollgate",
    description = "Prompts, keys and costs of a Tollgate installation.",
    footer = {
      "",
      "TOLLGATE_URL and TOLLGATE_KEY say where the installation is and with which key to call it.",
      "Beside a local cloud, `eval \"$(make -s env)\"` sets both."
    })
public final class Tollgate {
  @Mixin private final GlobalOptions options = new GlobalOptions();

  private Tollgate() {}

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
   * @param directory what relative paths start from
   * @return the exit code
   */
  public static int run(
      String[] arguments,
      Map<String, String> environment,
      PrintStream out,
      PrintStream err,
      Path directory) {
    Tollgate tollgate = new Tollgate();
    Session session =
        new Session(new CliEnvironment(environment, out, err, directory), tollgate.options);
    CommandLine commands = tollgate.commandLine(session);
    addExitCodeHelp(commands);
    return commands
        .setOut(new PrintWriter(out, true, StandardCharsets.UTF_8))
        .setErr(new PrintWriter(err, true, StandardCharsets.UTF_8))
        .setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF))
        .setParameterExceptionHandler((wrong, _) -> handleUsageError(session, wrong))
        .setExecutionExceptionHandler((fault, _, _) -> handleException(session, fault))
        .execute(arguments);
  }

  private CommandLine commandLine(Session session) {
    CommandLine prompts =
        new CommandLine(new PromptsCommand())
            .addSubcommand(new StatusCommand(session))
            .addSubcommand(new DiffCommand(session))
            .addSubcommand(new PushCommand(session))
            .addSubcommand(new PullCommand(session))
            .addSubcommand(new ShowCommand(session))
            .addSubcommand(new HistoryCommand(session))
            .addSubcommand(new EventsCommand(session))
            .addSubcommand(new TestCommand(session))
            .addSubcommand(new RunsCommand(session))
            .addSubcommand(new GateCommand(session))
            .addSubcommand(new ActivateCommand(session))
            .addSubcommand(new RollbackCommand(session))
            .addSubcommand(new LabelCommand(session))
            .addSubcommand(new FreezeCommand(session))
            .addSubcommand(new UnfreezeCommand(session));
    CommandLine keys =
        new CommandLine(new KeysCommand())
            .addSubcommand(new CreateKeyCommand(session))
            .addSubcommand(new ListKeysCommand(session))
            .addSubcommand(new RotateKeyCommand(session))
            .addSubcommand(new RevokeKeyCommand(session))
            .addSubcommand(new KeyEventsCommand(session))
            .addSubcommand(new BootstrapCommand(session));
    CommandLine budgets =
        new CommandLine(new BudgetsCommand())
            .addSubcommand(new ListBudgetsCommand(session))
            .addSubcommand(new ShowBudgetCommand(session))
            .addSubcommand(new SetBudgetCommand(session))
            .addSubcommand(new DeleteBudgetCommand(session));
    CommandLine costs =
        new CommandLine(new CostsCommand(session))
            .addSubcommand(new CallsCommand(session))
            .addSubcommand(new ExportCostsCommand(session))
            .addSubcommand(new RepriceCostsCommand(session))
            .addSubcommand(new RepairCostsCommand(session))
            .addSubcommand(new ReplayCostsCommand(session))
            .addSubcommand(new RebuildCostsCommand(session));
    CommandLine semantic =
        new CommandLine(new SemanticCommand())
            .addSubcommand(new SemanticStatusCommand(session))
            .addSubcommand(new SemanticOnCommand(session))
            .addSubcommand(new SemanticOffCommand(session));
    CommandLine prices =
        new CommandLine(new PricesCommand()).addSubcommand(new CheckPricesCommand(session));
    CommandLine users =
        new CommandLine(new UsersCommand()).addSubcommand(new EraseUserCommand(session));
    return new CommandLine(this)
        .addSubcommand(prompts)
        .addSubcommand(keys)
        .addSubcommand(budgets)
        .addSubcommand(costs)
        .addSubcommand(semantic)
        .addSubcommand(prices)
        .addSubcommand(users)
        .registerConverter(BigDecimal.class, Tollgate::parseAmount);
  }

  private static BigDecimal parseAmount(String text) {
    try {
      return new BigDecimal(text);
    } catch (NumberFormatException e) {
      throw new TypeConversionException("'" + text + "' is no amount, such as 12.50");
    }
  }

  /** Help says how a command ends: in the usual ways unless the command says otherwise. */
  private static void addExitCodeHelp(CommandLine command) {
    UsageMessageSpec usage = command.getCommandSpec().usageMessage();
    if (command.getCommand() instanceof Callable<?>) {
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
    session.printMessage("see `%s --help`".formatted(command.getCommandSpec().qualifiedName()));
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
    session.printMessage("this is a fault of the command: " + exception);
    for (StackTraceElement frame : exception.getStackTrace()) {
      session.printMessage("  at " + frame);
    }
    return ExitCode.ERROR;
  }

  private static PrintStream utf8(FileDescriptor descriptor) {
    return new PrintStream(new FileOutputStream(descriptor), false, StandardCharsets.UTF_8);
  }
}
