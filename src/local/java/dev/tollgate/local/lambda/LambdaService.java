package dev.tollgate.local.lambda;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tollgate.local.loopback.LoopbackServer;
import dev.tollgate.local.template.FunctionDefinition;
import dev.tollgate.local.template.SamTemplate;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;

/** AWS Lambda for the functions of one template, on this machine. */
public final class LambdaService implements AutoCloseable {
  static final String VERSION = "$LATEST";
  static final String FUNCTION_ERROR = "Unhandled";

  // An environment may end between two invocations. More often in a row is a fault to report.
  private static final int MAX_ENVIRONMENT_TRIES = 3;
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private static final Duration START_TIMEOUT = Duration.ofMinutes(1);

  private final FunctionDirectory functions;
  private final EnvironmentCommand command;
  private final ProcessStarter processes;
  private final EnvironmentPool environments;
  private final AsynchronousInvocations events;
  private final LoopbackServer server;

  private LambdaService(
      FunctionDirectory functions,
      EnvironmentCommand command,
      ProcessStarter processes,
      Path onFailureFolder,
      int port)
      throws IOException {
    this.functions = functions;
    this.command = command;
    this.processes = processes;
    this.environments = new EnvironmentPool(command, processes);
    this.events =
        new AsynchronousInvocations(
            this::attempt, new FailureRecords(onFailureFolder, Clock.systemUTC()));
    this.server = LoopbackServer.start(port, new InvokeApi(this));
  }

  /**
   * Starts to listen for the Invoke API; processes start when there is work for them.
   *
   * @param localEnvironment gives the variables that the real Lambda or the machine would add:
   *     region, credentials, endpoints, provider keys. They win over the template's.
   * @param onFailureFolder takes the records of events that failed for good
   * @param port the port of the Invoke API, 0 for any
   */
  public static LambdaService start(
      SamTemplate template,
      FunctionPackage code,
      ProcessStarter processes,
      Function<FunctionDefinition, Map<String, String>> localEnvironment,
      Path onFailureFolder,
      int port)
      throws IOException {
    return new LambdaService(
        new FunctionDirectory(template.functions()),
        new EnvironmentCommand(code, localEnvironment),
        processes,
        onFailureFolder,
        port);
  }

  /** Returns the URL for AWS SDK clients of Lambda. */
  public URI endpoint() {
    return server.uri();
  }

  /**
   * Invokes a function and waits for it.
   *
   * @param functionName its name, the name it exports or its ARN
   * @throws InvocationRejectedException when there is no such function or the payload is too large
   */
  public InvocationResult invoke(String functionName, byte[] payload) throws InterruptedException {
    FunctionDefinition function = functions.get(functionName);
    checkSize(payload, "RequestResponse", PayloadLimits.SYNCHRONOUS);
    return attempt(function, newRequestId(), requireJson(payload));
  }

  /**
   * Queues an event for a function, which is retried when it fails.
   *
   * @return the request id
   */
  public String invokeAsynchronously(String functionName, byte[] payload) {
    FunctionDefinition function = functions.get(functionName);
    checkSize(payload, "Event", PayloadLimits.ASYNCHRONOUS);
    String requestId = newRequestId();
    events.enqueue(function, requestId, requireJson(payload));
    return requestId;
  }

  /** Checks that a function could be invoked, without doing so. */
  void dryRun(String functionName) {
    FunctionDefinition unused = functions.get(functionName);
  }

  /**
   * Lets a debugger attach to a function: starts a process of it that listens on a port of loopback
   * and prints the port, and has all later processes of the function do so. It has an hour for each
   * invocation.
   *
   * @throws IllegalArgumentException if there is no such function
   * @throws IllegalStateException if the function is a native executable
   */
  public void debug(String functionName) throws InterruptedException {
    if (!functions.contains(functionName)) {
      throw new IllegalArgumentException(
          "DEBUG: %s is not a function. Use one of %s."
              .formatted(functionName, String.join(", ", functions.names())));
    }
    FunctionDefinition function = functions.get(functionName);
    command.debug(function);
    switch (environments.acquire(function, newRequestId())) {
      case EnvironmentPool.Lease.Granted(FunctionEnvironment environment) ->
          environments.release(environment);
      case EnvironmentPool.Lease.Failed(byte[] error) ->
          throw new IllegalStateException(new String(error, StandardCharsets.UTF_8));
    }
  }

  /** Returns how long to wait for a function: {@code usual}, or more if it is debugged. */
  public Duration timeout(FunctionDefinition function, Duration usual) {
    return command.timeout(function, usual);
  }

  /** Returns the process ids of a function's live environments. */
  public List<Long> processes(String functionName) {
    return environments.processes(functions.get(functionName));
  }

  /** Returns the process ids of those that work on an invocation. */
  public List<Long> busyProcesses(String functionName) {
    return environments.busyProcesses(functions.get(functionName));
  }

  /**
   * Starts an environment that serves one event and ends.
   *
   * @param aotCache whether a JVM may use its AOT cache
   */
  public StartUp measureStartUp(String functionName, byte[] event, boolean aotCache)
      throws IOException, InterruptedException {
    FunctionDefinition function = functions.get(functionName);
    long begun = System.nanoTime();
    FunctionEnvironment environment =
        FunctionEnvironment.start(
            function,
            function.functionName() + "-measured",
            aotCache ? command : command.withoutAotCache(),
            processes);
    try {
      if (!(environment.awaitReady(START_TIMEOUT).orElse(null)
          instanceof FunctionEnvironment.Readiness.Ready)) {
        throw new IOException(functionName + " does not start: see its log");
      }
      Duration ready = Duration.ofNanos(System.nanoTime() - begun);
      Invocation first = new Invocation(newRequestId(), event);
      environment.offer(first);
      if (!(first.outcome().join() instanceof Invocation.Outcome.Finished(var result))
          || result instanceof InvocationResult.Failed) {
        throw new IOException(functionName + " fails at its first event: see its log");
      }
      Duration answered = Duration.ofNanos(System.nanoTime() - begun);
      return new StartUp(ready, answered, ResidentMemory.of(environment.pid()));
    } finally {
      environment.kill();
    }
  }

  private InvocationResult attempt(FunctionDefinition function, String requestId, byte[] payload)
      throws InterruptedException {
    for (int tried = 0; tried < MAX_ENVIRONMENT_TRIES; tried++) {
      switch (environments.acquire(function, requestId)) {
        case EnvironmentPool.Lease.Failed(byte[] error) -> {
          return new InvocationResult.Failed(requestId, error);
        }
        case EnvironmentPool.Lease.Granted(FunctionEnvironment environment) -> {
          switch (run(new Invocation(requestId, payload), environment)) {
            case Invocation.Outcome.Finished(InvocationResult result) -> {
              return result;
            }
            case Invocation.Outcome.NotTaken() -> {}
          }
        }
      }
    }
    return new InvocationResult.Failed(requestId, FunctionError.exited(requestId, 0));
  }

  private Invocation.Outcome run(Invocation invocation, FunctionEnvironment environment)
      throws InterruptedException {
    // Also after the caller left: the environment is busy until its invocation ends.
    CompletableFuture<Invocation.Outcome> unused =
        invocation.outcome().whenComplete((outcome, error) -> environments.release(environment));
    environment.offer(invocation);
    try {
      return invocation.outcome().get();
    } catch (ExecutionException e) {
      throw new AssertionError("outcomes never fail", e);
    }
  }

  private static void checkSize(byte[] payload, String kind, int limit) {
    if (payload.length > limit) {
      throw InvocationRejectedException.tooLarge(payload.length, kind, limit);
    }
  }

  private static byte[] requireJson(byte[] payload) {
    if (payload.length == 0) {
      return "{}".getBytes(StandardCharsets.UTF_8);
    }
    try {
      JSON.readTree(payload);
      return payload;
    } catch (JsonProcessingException e) {
      throw InvocationRejectedException.invalidJson(e.getOriginalMessage());
    } catch (IOException e) {
      throw new AssertionError("reading an array does no I/O", e);
    }
  }

  private static String newRequestId() {
    return UUID.randomUUID().toString();
  }

  @Override
  public void close() {
    server.close();
    events.close();
    environments.close();
  }
}
