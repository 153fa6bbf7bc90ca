package dev.tollgate.local.lambda;

import dev.tollgate.local.process.InheritedVariables;
import dev.tollgate.local.template.FunctionDefinition;
import dev.tollgate.local.template.LocalNames;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** The command line and the variables that an environment's process starts with. */
final class EnvironmentCommand {
  private final FunctionPackage code;
  private final Function<FunctionDefinition, Map<String, String>> localEnvironment;

  EnvironmentCommand(
      FunctionPackage code, Function<FunctionDefinition, Map<String, String>> localEnvironment) {
    this.code = code;
    this.localEnvironment = localEnvironment;
  }

  /** The same for a JVM that starts without its AOT cache. */
  EnvironmentCommand withoutAotCache() {
    return new EnvironmentCommand(code.withoutAotCache(), localEnvironment);
  }

  ProcessBuilder build(FunctionDefinition function, String runtimeApi) {
    ProcessBuilder builder =
        InheritedVariables.restrict(new ProcessBuilder(code.command(function.memoryMegabytes())))
            .directory(code.taskRoot().toFile());
    Map<String, String> variables = builder.environment();
    variables.putAll(lambdaVariables(function));
    variables.putAll(function.environment(localEnvironment.apply(function)));
    variables.put("AWS_LAMBDA_RUNTIME_API", runtimeApi);
    return builder;
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
