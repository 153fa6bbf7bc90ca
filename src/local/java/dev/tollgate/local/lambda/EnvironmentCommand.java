package dev.tollgate.local.lambda;

import dev.tollgate.local.process.InheritedVariables;
import dev.tollgate.local.template.FunctionDefinition;
import dev.tollgate.local.template.LocalNames;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/** The command line and the variables that an environment's process starts with. */
final class EnvironmentCommand {
  // A breakpoint holds an invocation for as long as somebody looks.
  private static final Duration DEBUG_TIMEOUT = Duration.ofHours(1);

  private final FunctionPackage code;
  private final Function<FunctionDefinition, Map<String, String>> localEnvironment;
  private final DebugPorts debugPorts = new DebugPorts();
  private volatile Optional<String> debugged = Optional.empty();

  EnvironmentCommand(
      FunctionPackage code, Function<FunctionDefinition, Map<String, String>> localEnvironment) {
    this.code = code;
    this.localEnvironment = localEnvironment;
  }

  /** The same for a JVM that starts without its AOT cache. */
  EnvironmentCommand withoutAotCache() {
    return new EnvironmentCommand(code.withoutAotCache(), localEnvironment);
  }

  /**
   * Has the processes of {@code function} that start from now on listen for a debugger.
   *
   * @throws IllegalStateException if the function is a native executable
   */
  void debug(FunctionDefinition function) {
    code.requireJvm();
    debugged = Optional.of(function.functionName());
  }

  private boolean isDebugged(FunctionDefinition function) {
    return debugged.filter(function.functionName()::equals).isPresent();
  }

  /** Returns {@code usual}, or a time that suits breakpoints if the function is debugged. */
  Duration timeout(FunctionDefinition function, Duration usual) {
    return isDebugged(function) ? DEBUG_TIMEOUT : usual;
  }

  /**
   * Returns what starts a process of a function.
   *
   * @param name of the process, for people
   */
  ProcessBuilder build(FunctionDefinition function, String name, String runtimeApi)
      throws IOException {
    ProcessBuilder builder =
        InheritedVariables.restrict(new ProcessBuilder(command(function, name)))
            .directory(code.taskRoot().toFile());
    Map<String, String> variables = builder.environment();
    variables.putAll(lambdaVariables(function));
    variables.putAll(function.environment(localEnvironment.apply(function)));
    variables.put("AWS_LAMBDA_RUNTIME_API", runtimeApi);
    return builder;
  }

  private List<String> command(FunctionDefinition function, String name) throws IOException {
    if (!isDebugged(function)) {
      return code.command(function.memoryMegabytes());
    }
    int port = debugPorts.next();
    System.out.printf("Debugger port of %s: %s:%d%n", name, DebugPorts.HOST, port);
    return code.debugCommand(function.memoryMegabytes(), port);
  }

  private Map<String, String> lambdaVariables(FunctionDefinition function) {
    String name = function.functionName();
    Map<String, String> variables = new TreeMap<>();
    variables.put("AWS_LAMBDA_FUNCTION_NAME", name);
    variables.put("AWS_LAMBDA_FUNCTION_VERSION", LambdaService.VERSION);
    variables.put("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", Integer.toString(function.memoryMegabytes()));
    variables.put("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand");
    variables.put("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/" + name);
    variables.put("AWS_LAMBDA_LOG_STREAM_NAME", "local");
    variables.put("AWS_REGION", LocalNames.REGION);
    variables.put("AWS_DEFAULT_REGION", LocalNames.REGION);
    variables.put("LAMBDA_TASK_ROOT", code.taskRoot().toString());
    variables.put("LAMBDA_RUNTIME_DIR", code.taskRoot().toString());
    variables.put("_HANDLER", function.handler());
    variables.put("LANG", "en_US.UTF-8");
    variables.put("TZ", ":UTC");
    return variables;
  }
}
