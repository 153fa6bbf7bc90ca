package dev.tollgate.function;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.identity.Caller;
import dev.tollgate.identity.KeyIssuer;
import dev.tollgate.identity.Role;
import dev.tollgate.identity.VirtualKey;
import dev.tollgate.prompt.PromptName;
import dev.tollgate.prompt.VersionRef;
import io.quarkus.funqy.Funq;
import jakarta.inject.Singleton;
import java.util.EnumSet;
import java.util.OptionalLong;
import java.util.Set;

/** {@code promptAdmin}: the registry of prompts, and keys. */
@Singleton
public class PromptAdminFunction {
  private static final int LONGEST_NAME = 256;

  private final Front front;
  private final PromptRoutes prompts;
  private final KeyIssuer keys;

  PromptAdminFunction(Front front, PromptRoutes prompts, KeyIssuer keys) {
    this.front = front;
    this.prompts = prompts;
    this.keys = keys;
  }

  @Funq("promptAdmin")
  public JsonNode handle(JsonNode event) {
    return front.handle(event, this::http, this::direct);
  }

  private HttpAnswer http(HttpRequest request) {
    return prompts.handle(request);
  }

  private JsonNode direct(String action, ObjectNode fields) {
    return switch (action) {
      case "register" -> prompts.register(name(fields), fields, Caller.DIRECT).body();
      case "activate" ->
          prompts.activate(name(fields), fields, Caller.DIRECT, OptionalLong.empty()).body();
      case "rollback" ->
          prompts.rollBack(name(fields), fields, Caller.DIRECT, OptionalLong.empty()).body();
      case "active" -> prompts.version(onlyName(fields), new VersionRef.Production()).body();
      case "history" -> prompts.history(onlyName(fields), Page.LIMIT, Page.NEWEST).body();
      case "events" -> prompts.events(onlyName(fields), Page.LIMIT, Page.NEWEST).body();
      case "createKey" -> createKey(fields);
      default ->
          throw new RefusedException(
              ApiError.invalid(
                  "action",
                  "Unknown action %s: promptAdmin knows register, activate, rollback, active,"
                          .formatted(action)
                      + " history, events and createKey."));
    };
  }

  private JsonNode createKey(ObjectNode body) {
    Fields fields = new Fields(body, Set.of("team", "roles"));
    String team = fields.text("team", "it is the team that pays for the key's calls", LONGEST_NAME);
    if (!VirtualKey.isTeam(team)) {
      throw Fields.invalid("team", "must match " + VirtualKey.TEAM_SHAPE);
    }
    JsonNode sent = fields.get("roles", "it lists what the key may do");
    if (!sent.isArray() || sent.isEmpty()) {
      throw Fields.invalid("roles", "must be a list of at least one role");
    }
    Set<Role> roles = EnumSet.noneOf(Role.class);
    for (JsonNode role : sent) {
      roles.add(
          Role.of(role.asText())
              .orElseThrow(
                  () ->
                      Fields.invalid(
                          "roles", "may list invoke, preview, author, admin and finance")));
    }
    KeyIssuer.Issued issued = keys.issue(team, roles);
    ObjectNode answer = PromptAnswers.object().put("id", issued.key().id()).put("team", team);
    ArrayNode list = answer.putArray("roles");
    roles.forEach(role -> list.add(role.id()));
    return answer
        .put("created", issued.key().created().toString())
        .put("secret", issued.secret().value());
  }

  private static PromptName onlyName(ObjectNode fields) {
    PromptName name = name(fields);
    Fields unused = new Fields(fields, Set.of());
    return name;
  }

  private static PromptName name(ObjectNode fields) {
    JsonNode name = fields.remove("name");
    return PromptNames.parse("name", name == null ? "" : name.asText());
  }
}
