package dev.tollgate.local.lambda;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import dev.tollgate.local.loopback.LoopbackServer;
import dev.tollgate.local.process.InheritedVariables;
import dev.tollgate.local.template.LocalNames;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Makes the AOT cache of a build. With it a JVM starts a function in half the time, which counts
 * when several start at once; without it everything works as well.
 */
final class AotTraining {
  private static final int MEMORY_MEGABYTES = 512;

  // A closed port: requests to DynamoDB fail, but load the classes that real ones use.
  private static final String UNREACHABLE_URL = "http://127.0.0.1:1";

  // Any function will do: most of start-up is the same for all. What the others have besides is
  // loaded at the end.
  private static final String FUNCTION = "invokeLlm";
  private static final String PACKAGES = "dev.tollgate,io.agroal,org.postgresql";

  /** Its way through a function is that of most first events. */
  private static final String EVENT =
      """
      {"httpMethod": "GET", "path": "/v1/models", "requestContext": {},
       "headers": {"x-api-key": "tg_0000000000000000000000000000000000000000000"}}
      """;

  private final JvmCommand jvm;
  private final Path taskRoot;

  AotTraining(JvmCommand jvm, Path taskRoot) {
    this.jvm = jvm;
    this.taskRoot = taskRoot;
  }

  void run() throws IOException, InterruptedException {
    if (Files.exists(jvm.cache())) {
      return;
    }
    Path unfinished =
        Files.createTempFile(jvm.cache().toAbsolutePath().getParent(), "cache", ".unfinished");
    try (LoopbackServer runtimeApi = LoopbackServer.start(0, new SingleEventHandler())) {
      ProcessBuilder training =
          InheritedVariables.restrict(
                  new ProcessBuilder(jvm.trainingCommand(MEMORY_MEGABYTES, unfinished, PACKAGES)))
              .directory(taskRoot.toFile())
              .redirectErrorStream(true)
              .redirectOutput(Redirect.DISCARD);
      training.environment().put("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:" + runtimeApi.port());
      training.environment().put("AWS_REGION", LocalNames.REGION);
      training.environment().put("AWS_ACCESS_KEY_ID", "training");
      training.environment().put("AWS_SECRET_ACCESS_KEY", "training");
      training.environment().put("AWS_ENDPOINT_URL_DYNAMODB", UNREACHABLE_URL);
      training.environment().put("QUARKUS_FUNQY_EXPORT", FUNCTION);
      if (training.start().waitFor() == 0 && Files.size(unfinished) > 0) {
        Files.move(unfinished, jvm.cache(), StandardCopyOption.ATOMIC_MOVE);
      }
    } finally {
      Files.deleteIfExists(unfinished);
      // What the JVM records before it makes the cache; it is left when the training is ended.
      Files.deleteIfExists(Path.of(unfinished + ".config"));
    }
  }

  /** A runtime API that has one event and then hangs up, which ends the process. */
  private static final class SingleEventHandler implements HttpHandler {
    private final AtomicBoolean delivered = new AtomicBoolean();

    @Override
    public void handle(HttpExchange exchange) throws IOException {
      exchange.getRequestBody().readAllBytes();
      if (exchange.getRequestMethod().equals("POST")) {
        exchange.sendResponseHeaders(202, -1);
      } else if (delivered.compareAndSet(false, true)) {
        Headers headers = exchange.getResponseHeaders();
        headers.set("Lambda-Runtime-Aws-Request-Id", UUID.randomUUID().toString());
        headers.set(
            "Lambda-Runtime-Deadline-Ms",
            Long.toString(System.currentTimeMillis() + Duration.ofSeconds(30).toMillis()));
        byte[] event = EVENT.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, event.length);
        exchange.getResponseBody().write(event);
      }
    }
  }
}
