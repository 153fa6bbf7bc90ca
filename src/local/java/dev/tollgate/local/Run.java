package dev.tollgate.local;

import dev.tollgate.local.model.SimulatedModel;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/**
 * {@code make run}: starts the local cloud, says where it is, and stops it on Ctrl-C. Takes the
 * data folder as its argument, {@code .local} without one.
 */
public final class Run {
  private Run() {}

  public static void main(String[] arguments) throws InterruptedException {
    Instant begun = ProcessHandle.current().info().startInstant().orElseGet(Instant::now);
    Path clone = Path.of("").toAbsolutePath();
    Path data = clone.resolve(arguments.length > 0 ? arguments[0] : ".local");
    LocalSettings settings;
    LocalCloud cloud;
    EndpointsFile endpoints;
    try {
      settings = LocalSettings.of(clone, data, System.getenv());
      cloud = LocalCloud.start(settings);
      endpoints = EndpointsFile.write(data, cloud);
    } catch (IOException | RuntimeException e) {
      System.err.println("Tollgate did not start: " + e.getMessage());
      System.exit(1);
      return;
    }
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  System.out.println("Stopping.");
                  try (cloud;
                      endpoints) {
                    System.out.flush();
                  } catch (IOException e) {
                    System.err.println("While stopping: " + e.getMessage());
                  }
                  // Stopping is not an error, and make would print one for any other status.
                  Runtime.getRuntime().halt(0);
                }));
    System.out.println(banner(cloud, settings, Duration.between(begun, Instant.now())));
    new CountDownLatch(1).await();
  }

  private static String banner(LocalCloud cloud, LocalSettings settings, Duration taken) {
    return String.format(
        Locale.ROOT,
        """

        Tollgate is ready at %s after %.1f s

          admin key    %s
          invoke key   %s
          finance key  %s
          dashboard    %s
          Anthropic    %s
          OpenAI       %s
          prompts      %s

        Sign in to the dashboard with the admin key (everything) or the finance key (costs only).
        These values are also in .local/endpoints.json, and logs in .local/logs. Press Ctrl-C to stop.
        """,
        cloud.url(),
        taken.toMillis() / 1000.0,
        cloud.keys().admin(),
        cloud.keys().invoke(),
        cloud.keys().finance(),
        EndpointsFile.dashboard(cloud),
        models(cloud, settings.anthropic(), "ANTHROPIC_API_KEY"),
        models(cloud, settings.openAi(), "OPENAI_API_KEY"),
        settings
            .promptFiles()
            .map(folder -> "from files in " + folder + ", else from the registry")
            .orElse("from the registry"));
  }

  private static String models(LocalCloud cloud, ProviderSettings upstream, String variable) {
    Optional<String> simulated =
        cloud
            .model()
            .map(SimulatedModel::url)
            .map(url -> "simulated at " + url + " (set " + variable + " to use the real API)");
    return simulated
        .filter(_ -> !upstream.isReal())
        .or(() -> upstream.baseUrl().map(URI::toString))
        .orElse("the provider's API");
  }
}
