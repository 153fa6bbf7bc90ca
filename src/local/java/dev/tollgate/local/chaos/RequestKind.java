package dev.tollgate.local.chaos;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.local.chaos.ApiClient.ApiResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The ways to ask, each with what a whole answer looks like. */
enum RequestKind {
  /** A request of the Messages API that may be answered from the cache. */
  MESSAGES("/v1/messages"),
  STREAM("/v1/messages"),
  CHAT("/v1/chat/completions"),
  /** A managed prompt with a context that is the team's own. */
  PROMPT("/v1/prompts/desk/invoke");

  /** The provider's id of one answer. */
  private static final Pattern ANSWER_ID = Pattern.compile("(?:msg|chatcmpl)_sim_[A-Za-z0-9_]+");

  private final String path;

  RequestKind(String path) {
    this.path = path;
  }

  /**
   * Asks.
   *
   * @param about what makes the question differ from others; it says nothing of the team
   * @param headers names and values in turn
   */
  ApiResponse send(ApiClient api, Team team, String about, Duration patience, String... headers)
      throws IOException, InterruptedException {
    return api.post(path, team.key(), body(team, about), patience, headers);
  }

  private ObjectNode body(Team team, String about) {
    ObjectNode body = ApiClient.JSON.createObjectNode();
    String content = "Context: Room " + about + " is green.\n\nWhat colour is room " + about + "?";
    switch (this) {
      case MESSAGES, STREAM -> {
        body.put("model", "claude-haiku-4-5").put("max_tokens", 100).put("temperature", 0);
        body.putArray("messages").addObject().put("role", "user").put("content", content);
        body.putObject("metadata").put("user_id", team.user());
        if (this == STREAM) {
          body.put("stream", true);
        }
      }
      case CHAT -> {
        body.put("model", "gpt-6-luna").put("user", team.user());
        body.putArray("messages").addObject().put("role", "user").put("content", content);
      }
      case PROMPT -> {
        body.put("input", "What is the code word of room " + about + "?");
        body.put("user", team.user());
        body.putObject("variables")
            .put("context", "The code word of room " + about + " is " + team.secret() + ".");
      }
    }
    return body;
  }

  /** What is wrong with an answer of status 200, if anything is. */
  Optional<String> findFlaw(ApiResponse answer, Team team) {
    return switch (this) {
      case MESSAGES -> flawUnless(answer.json().path("content").path(0).has("text"), answer);
      case STREAM -> flawUnless(answer.text().contains("event: message_stop"), answer);
      case CHAT -> flawUnless(answer.json().path("choices").path(0).has("message"), answer);
      case PROMPT ->
          flawUnless(answer.json().path("text").asText().contains(team.secret()), answer);
    };
  }

  private Optional<String> flawUnless(boolean whole, ApiResponse answer) {
    return whole
        ? Optional.empty()
        : Optional.of("an answer to %s is not one: %s".formatted(path, answer.text()));
  }

  /** The provider's own id of an answer. */
  static Optional<String> providerResponseId(ApiResponse answer) {
    Matcher id = ANSWER_ID.matcher(answer.text());
    return id.find() ? Optional.of(id.group()) : Optional.empty();
  }
}
