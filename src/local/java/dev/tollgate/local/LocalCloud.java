package dev.tollgate.local;

import dev.tollgate.local.engine.Engines;
import dev.tollgate.local.gateway.ApiGateway;
import dev.tollgate.local.lambda.FunctionPackage;
import dev.tollgate.local.lambda.LambdaService;
import dev.tollgate.local.model.SimulatedModel;
import dev.tollgate.local.process.ChildProcesses;
import dev.tollgate.local.process.DataFolderLock;
import dev.tollgate.local.schedule.Scheduler;
import dev.tollgate.local.stream.StreamPoller;
import dev.tollgate.local.template.FunctionDefinition;
import dev.tollgate.local.template.SamTemplate;
import dev.tollgate.local.template.Tables;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;

/** Everything that {@code make run} starts, in the order in which one part needs another. */
public final class LocalCloud implements AutoCloseable {
  /** The variable of functions that may read the providers' keys. */
  private static final String SECRET_ARN_VARIABLE = "TOLLGATE_SECRET_ARN";

  private final Deque<AutoCloseable> running;
  private final ChildProcesses children;
  private final Engines engines;
  private final LambdaService lambda;
  private final ApiGateway gateway;
  private final Optional<SimulatedModel> model;
  private final DynamoDbClient dynamoDb;
  private final Keys keys;
  private final String cacheKey;

  private LocalCloud(Startup start) throws IOException, InterruptedException {
    this.running = start.running;
    LocalSettings settings = start.settings;
    Connections connections = start.connections;
    start.track(DataFolderLock.acquire(settings.data()));
    cacheKey = PrivateFile.readOrCreateSecret(settings.data().resolve("cache.key"));
    EndpointsFile.deleteStale(settings.data());
    children = start.track(ChildProcesses.under(settings.data()));
    engines = start.track(Engines.start(children, settings.engineLibraries(), settings.data()));
    model =
        settings.simulatesModels()
            ? Optional.of(start.track(SimulatedModel.start(0)))
            : Optional.empty();
    SamTemplate template =
        SamTemplate.read(settings.template(), parameters(settings), outputs(connections));
    dynamoDb = start.track(LocalAws.dynamoDb(engines.dynamoDb().endpoint()));
    DynamoDbStreamsClient streams =
        start.track(LocalAws.dynamoDbStreams(engines.dynamoDb().endpoint()));
    Tables.create(template.tables(), dynamoDb);
    URI dynamoDbAsSeen = connections.dynamoDb(engines.dynamoDb().endpoint());
    lambda =
        start.track(
            LambdaService.start(
                template,
                FunctionPackage.unpack(settings.functionZip(), settings.functions()),
                children::start,
                function -> environment(function, settings, connections, dynamoDbAsSeen),
                settings.data().resolve("on-failure"),
                0));
    if (settings.debuggedFunction().isPresent()) {
      lambda.debug(settings.debuggedFunction().get());
    }
    gateway = start.track(ApiGateway.start(template, lambda, settings.port()));
    start.track(
        StreamPoller.start(
            template,
            connections.stream(lambda::invoke),
            streams,
            dynamoDb,
            settings.data().resolve("stream-checkpoint.json")));
    start.track(Scheduler.start(template, lambda, Clock.systemUTC()));
    keys = Keys.of(settings.data().resolve("keys.json"), lambda);
  }

  /** Starts all parts; if one fails, stops those that run and throws. */
  public static LocalCloud start(LocalSettings settings) throws IOException, InterruptedException {
    return start(settings, Connections.DIRECT);
  }

  /** Starts all parts, with something between them. */
  public static LocalCloud start(LocalSettings settings, Connections connections)
      throws IOException, InterruptedException {
    ConsoleLogging.configure();
    Startup start = new Startup(settings, connections);
    try {
      return new LocalCloud(start);
    } catch (IOException | InterruptedException | RuntimeException e) {
      start.stop();
      throw e;
    }
  }

  private Map<String, String> parameters(LocalSettings settings) {
    Map<String, String> parameters = new HashMap<>();
    settings.shadowShare().ifPresent(share -> parameters.put("SemanticShadowShare", share));
    baseUrl(settings.anthropic())
        .ifPresent(url -> parameters.put("AnthropicBaseUrl", url.toString()));
    baseUrl(settings.openAi()).ifPresent(url -> parameters.put("OpenAiBaseUrl", url.toString()));
    return parameters;
  }

  /** The outputs that the nested stacks would have. The engines need no password. */
  private Map<String, String> outputs(Connections connections) throws IOException {
    return Map.of(
        "Redis.Url", connections.redis(engines.redis().url()).toString(),
        "Redis.SecretArn", "",
        "Ledger.JdbcUrl", connections.ledger(engines.postgres().jdbcUrl()),
        "Ledger.User", engines.postgres().user(),
        "Ledger.SecretArn", "");
  }

  /** Where a provider's calls go, if not to its own API. */
  private Optional<URI> baseUrl(ProviderSettings upstream) {
    return upstream.isReal() ? upstream.baseUrl() : model.map(SimulatedModel::url);
  }

  private Map<String, String> environment(
      FunctionDefinition function,
      LocalSettings settings,
      Connections connections,
      URI functionDynamoDb) {
    Map<String, String> environment =
        new HashMap<>(LocalAws.environment(functionDynamoDb, lambda.endpoint()));
    environment.putAll(connections.environment());
    environment.putAll(settings.functionSettings());
    // Secrets are in the environment here, so no function calls Secrets Manager.
    environment.put(SECRET_ARN_VARIABLE, "");
    if (function.hasVariable(SECRET_ARN_VARIABLE)) {
      environment.put("ANTHROPIC_API_KEY", settings.anthropic().key().orElse("simulated"));
      environment.put("OPENAI_API_KEY", settings.openAi().key().orElse("simulated"));
      environment.put("TOLLGATE_CACHE_KEY", cacheKey);
      settings
          .promptFiles()
          .ifPresent(folder -> environment.put("TOLLGATE_PROMPT_FILES", folder.toString()));
    }
    return environment;
  }

  /** The base URL that callers use. */
  public URI url() {
    return gateway.url();
  }

  public Keys keys() {
    return keys;
  }

  public LambdaService lambda() {
    return lambda;
  }

  public Engines engines() {
    return engines;
  }

  /** The client of the local DynamoDB. */
  public DynamoDbClient dynamoDb() {
    return dynamoDb;
  }

  /** The simulated model; absent when every provider is a real one. */
  public Optional<SimulatedModel> model() {
    return model;
  }

  @Override
  public void close() {
    // A terminal's Ctrl-C has reached the engines too, and what is stopped before them takes time.
    children.beginShutdown();
    stop(running);
  }

  private static void stop(Deque<AutoCloseable> running) {
    while (!running.isEmpty()) {
      try {
        running.pop().close();
      } catch (Exception e) {
        // The parts behind it must be stopped all the same.
        System.err.println("While stopping: " + e);
      }
    }
  }

  /** The parts that run so far, the newest first. */
  private static final class Startup {
    private final LocalSettings settings;
    private final Connections connections;
    private final Deque<AutoCloseable> running = new ArrayDeque<>();

    Startup(LocalSettings settings, Connections connections) {
      this.settings = settings;
      this.connections = connections;
    }

    <T extends AutoCloseable> T track(T part) {
      running.push(part);
      return part;
    }

    void stop() {
      LocalCloud.stop(running);
    }
  }
}
