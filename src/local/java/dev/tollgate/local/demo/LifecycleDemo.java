package dev.tollgate.local.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.cli.Tollgate;
import dev.tollgate.local.Nightly;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;

/**
 * {@code make demo-lifecycle}: a prompt passes its tests and is activated, a worse version is
 * refused, and the nightly run rolls back a version whose model degrades.
 */
public final class LifecycleDemo {
  private static final String PROMPT = "rag_system";

  /** What the third version says beyond the first, and so what its calls are known by. */
  private static final String TONE = "Answer in a friendly tone.";

  private static final String QUESTION = "Which is the tallest mountain above sea level?";
  private static final String CONTEXT =
      "Larder keeps objects in buckets. A bucket belongs to one workspace.";

  private final DemoCloud cloud;
  private final Path folder;

  private LifecycleDemo(DemoCloud cloud, Path folder) {
    this.cloud = cloud;
    this.folder = folder;
  }

  public static void main(String[] arguments) throws IOException, InterruptedException {
    printStep("Starting a local cloud.");
    try (DemoCloud cloud = DemoCloud.start()) {
      Path folder = Files.createTempDirectory(Path.of("target/demo"), "lifecycle");
      new LifecycleDemo(cloud, folder).run();
    }
  }

  private void run() throws IOException, InterruptedException {
    copyPrompts();

    printStep("1. The first version passes its tests and goes live, in one command.");
    tollgate("prompts", "push", PROMPT, "--test", "--activate", "--notes", "First version");
    ask();

    printStep("2. A version without grounding fails: it invents an answer.");
    printCommand("cp prompts/walkthrough/rag_system.ungrounded.txt prompts/rag_system.txt");
    Files.copy(
        prompts().resolve("walkthrough/rag_system.ungrounded.txt"),
        prompts().resolve(PROMPT + ".txt"),
        StandardCopyOption.REPLACE_EXISTING);
    tollgate("prompts", "push", PROMPT, "--test", "--activate", "--notes", "Friendlier");
    ask();

    printStep("3. A friendly version with grounding passes and goes live.");
    printCommand("cp %s prompts/rag_system.txt".formatted("friendly-and-grounded.txt"));
    Files.writeString(
        prompts().resolve(PROMPT + ".txt"),
        Files.readString(Path.of("prompts/rag_system.txt"))
            .replace("Context:\n", TONE + "\n\nContext:\n"));
    tollgate("prompts", "push", PROMPT, "--test", "--activate", "--notes", "Friendly, grounded");
    ask();

    printStep("4. Weeks later the model degrades for this version only.");
    degrade();

    printStep(
        "5. The nightly run: tests fail, repeat to confirm it, and the first version runs them as"
            + " well.");
    printCommand("make nightly");
    Nightly.run(
        cloud.local().lambda().endpoint(),
        cloud.local().url(),
        cloud.local().keys().admin(),
        System.out);

    printStep("6. The first version serves the next call again. The audit log says why.");
    ask();
    tollgate("prompts", "events", PROMPT);
    tollgate("prompts", "runs", PROMPT);
    tollgate("prompts", "gate", PROMPT, "3");
  }

  private Path prompts() {
    return folder.resolve("prompts");
  }

  private void copyPrompts() throws IOException {
    Path walkthrough = Files.createDirectories(prompts().resolve("walkthrough"));
    for (String name :
        List.of(
            "defaults.yaml", PROMPT + ".txt", PROMPT + ".tests.yaml", PROMPT + ".heldout.yaml")) {
      Files.copy(Path.of("prompts", name), prompts().resolve(name));
    }
    Files.copy(
        Path.of("prompts/walkthrough/rag_system.ungrounded.txt"),
        walkthrough.resolve("rag_system.ungrounded.txt"));
  }

  private void tollgate(String... arguments) {
    StringBuilder line = new StringBuilder("tollgate");
    for (String argument : arguments) {
      line.append(' ').append(argument.contains(" ") ? "'" + argument + "'" : argument);
    }
    printCommand(line.toString());
    int exitCode =
        Tollgate.run(
            arguments,
            Map.of(
                "TOLLGATE_URL", cloud.local().url().toString(),
                "TOLLGATE_KEY", cloud.local().keys().admin(),
                "USER", "ada"),
            System.out,
            System.out,
            folder);
    if (exitCode != 0) {
      System.out.println("(exit code " + exitCode + ")");
    }
  }

  /** A question that the documentation leaves open. */
  private void ask() throws IOException, InterruptedException {
    ObjectNode body = DemoCloud.JSON.createObjectNode().put("input", QUESTION);
    body.putObject("variables").put("context", CONTEXT);
    printCommand(
        "curl $TOLLGATE_URL/v1/prompts/%s/invoke -d '{\"input\": \"%s\", ...}'"
            .formatted(PROMPT, QUESTION));
    JsonNode answer =
        cloud.post("/v1/prompts/" + PROMPT + "/invoke", cloud.local().keys().invoke(), body);
    System.out.printf(
        "version %s: %s%n",
        answer.path("prompt").path("version").asText(), answer.path("text").asText());
  }

  private void degrade() throws IOException, InterruptedException {
    ObjectNode order =
        DemoCloud.JSON.createObjectNode().put("behaviour", "ungrounded").put("containing", TONE);
    printCommand("curl $SIMULATED_MODEL/_simulate -d '%s'".formatted(order));
    URI model = cloud.local().model().orElseThrow().url();
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<Void> answer =
          client.send(
              HttpRequest.newBuilder(model.resolve("/_simulate"))
                  .POST(BodyPublishers.ofString(order.toString()))
                  .build(),
              BodyHandlers.discarding());
      if (answer.statusCode() != 204) {
        throw new IOException("the simulated model answered " + answer.statusCode());
      }
    }
  }

  private static void printStep(String text) {
    System.out.printf("%n# %s%n", text);
  }

  private static void printCommand(String command) {
    System.out.printf("%n$ %s%n", command);
  }
}
