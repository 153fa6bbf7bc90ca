package dev.tollgate.local.lambda;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A function that does what its event says, in a process of its own: {@code {"do": "sleep",
 * "millis": 50}}. The command may also be the body of an API Gateway event. Without a command the
 * answer is the event.
 */
final class FakeRuntime {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private static final String API =
      "http://" + System.getenv("AWS_LAMBDA_RUNTIME_API") + "/2018-06-01/runtime/";

  private FakeRuntime() {}

  public static void main(String[] arguments) throws Exception {
    switch (System.getenv().getOrDefault("TRIAL_START", "well")) {
      case "exit" -> System.exit(3);
      case "report" -> {
        post("init/error", "{\"errorType\":\"Trial\",\"errorMessage\":\"no ledger\"}");
        System.exit(1);
      }
      default -> {}
    }
    try {
      while (true) {
        HttpResponse<String> next =
            CLIENT.send(
                HttpRequest.newBuilder(URI.create(API + "invocation/next")).build(),
                BodyHandlers.ofString());
        serve(next);
      }
    } catch (IOException e) {
      System.exit(0);
    }
  }

  private static void serve(HttpResponse<String> next) throws Exception {
    String requestId = next.headers().firstValue("Lambda-Runtime-Aws-Request-Id").orElseThrow();
    String path = "invocation/" + requestId;
    JsonNode event = JSON.readTree(next.body());
    String diary = System.getenv("TRIAL_DIARY");
    if (diary != null) {
      answerToDiary(Path.of(diary), event, path);
      return;
    }
    JsonNode command = event.path("body").isTextual() ? body(event) : event;
    switch (command.path("do").asText()) {
      case "sleep" -> {
        Thread.sleep(command.path("millis").asLong());
        post(path + "/response", "{\"slept\":true}");
      }
      case "exit" -> System.exit(command.path("code").asInt());
      case "fail" -> post(path + "/error", error("kaput"));
      case "failTimes" -> {
        Path log = Path.of(command.path("log").asText());
        Files.writeString(
            log, requestId + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        boolean enough = Files.readAllLines(log).size() > command.path("times").asInt();
        if (enough) {
          post(path + "/response", "{}");
        } else {
          post(path + "/error", error("not yet"));
        }
      }
      case "raw" -> post(path + "/response", command.path("text").asText());
      case "large" ->
          post(path + "/response", "\"" + "x".repeat(command.path("bytes").asInt() - 2) + "\"");
      case "describe" -> {
        ObjectNode self = JSON.createObjectNode();
        self.put("pid", ProcessHandle.current().pid());
        self.put("requestId", requestId);
        next.headers()
            .firstValueAsLong("Lambda-Runtime-Deadline-Ms")
            .ifPresent(deadline -> self.put("deadline", deadline));
        self.set("environment", JSON.valueToTree(System.getenv()));
        post(path + "/response", self.toString());
      }
      default ->
          post(
              path + "/response",
              event.has("httpMethod") ? answerWithEvent(event) : event.toString());
    }
  }

  /** Writes events down, one a line, and fails on the first TRIAL_FAILURES of them. */
  private static void answerToDiary(Path diary, JsonNode event, String path) throws Exception {
    Files.writeString(diary, event + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    int failures = Integer.parseInt(System.getenv().getOrDefault("TRIAL_FAILURES", "0"));
    if (Files.readAllLines(diary).size() <= failures) {
      post(path + "/error", error("not yet"));
    } else {
      post(path + "/response", "{}");
    }
  }

  private static String answerWithEvent(JsonNode event) {
    return JSON.createObjectNode().put("statusCode", 200).put("body", event.toString()).toString();
  }

  private static JsonNode body(JsonNode event) {
    try {
      return JSON.readTree(event.path("body").asText());
    } catch (IOException e) {
      return event;
    }
  }

  private static String error(String message) {
    return "{\"errorType\":\"Trial\",\"errorMessage\":\"" + message + "\"}";
  }

  private static void post(String path, String body) throws IOException, InterruptedException {
    CLIENT.send(
        HttpRequest.newBuilder(URI.create(API + path))
            .POST(BodyPublishers.ofString(body, StandardCharsets.UTF_8))
            .build(),
        BodyHandlers.discarding());
  }
}
