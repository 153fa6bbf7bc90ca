package dev.tollgate.function;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.identity.Caller;
import dev.tollgate.identity.KeyIssuer;
import dev.tollgate.identity.Role;
import dev.tollgate.identity.VirtualKey;
import dev.tollgate.prompt.PromptContent;
import dev.tollgate.prompt.PromptHead;
import dev.tollgate.prompt.PromptName;
import dev.tollgate.prompt.PromptRegistry;
import dev.tollgate.prompt.PromptStore;
import dev.tollgate.prompt.PromptVersion;
import dev.tollgate.prompt.Template;
import dev.tollgate.prompt.VersionSummary;
import io.quarkus.funqy.Funq;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code promptAdmin}: registers, activates and shows prompt versions; issues keys directly. */
@Singleton
public class PromptAdminFunction {
  private static final int MAX_CONTENT = 350 * 1024;
  private static final int LONGEST_NAME = 256;
  private static final int LONGEST_NOTES = 4096;
  private static final int PAGE = 50;
  private static final int MAX_PAGE = 200;

  private static final Set<Role> READERS = EnumSet.of(Role.AUTHOR, Role.ADMIN);
  private static final Set<Role> HISTORIANS = EnumSet.of(Role.AUTHOR, Role.ADMIN, Role.FINANCE);
  private static final Set<Role> AUTHORS = EnumSet.of(Role.AUTHOR, Role.ADMIN);
  private static final Set<Role> ADMINS = EnumSet.of(Role.ADMIN);

  private final Front front;
  private final Access access;
  private final PromptRegistry registry;
  private final PromptStore store;
  private final KeyIssuer keys;

  PromptAdminFunction(
      Front front, Access access, PromptRegistry registry, PromptStore store, KeyIssuer keys) {
    this.front = front;
    this.access = access;
    this.registry = registry;
    this.store = store;
    this.keys = keys;
  }

  @Funq("promptAdmin")
  public JsonNode handle(JsonNode event) {
    return front.handle(event, this::http, this::direct);
  }

  private HttpAnswer http(HttpRequest request) {
    List<String> path = request.segments();
    if (path.size() < 3 || path.size() > 4) {
      throw new RefusedException(ApiError.noSuchRoute(request.method(), request.path()));
    }
    String route = request.method() + (path.size() == 4 ? " " + path.get(3) : "");
    return switch (route) {
      case "GET" -> {
        access.require(request, HISTORIANS);
        yield HttpAnswer.of(
            200,
            history(
                name(path.get(2)),
                page(request.query().get("limit")),
                cursor(request.query().get("cursor"))));
      }
      case "GET active" -> {
        access.require(request, READERS);
        yield HttpAnswer.of(200, active(name(path.get(2))));
      }
      case "POST versions" -> {
        Caller caller = access.require(request, AUTHORS);
        yield register(name(path.get(2)), front.object(request), caller);
      }
      case "POST activate" -> {
        Caller caller = access.require(request, ADMINS);
        yield HttpAnswer.of(200, activate(name(path.get(2)), front.object(request), caller));
      }
      default -> throw new RefusedException(ApiError.noSuchRoute(request.method(), request.path()));
    };
  }

  private JsonNode direct(String action, ObjectNode fields) {
    return switch (action) {
      case "register" -> register(name(fields), fields, Caller.DIRECT).body();
      case "activate" -> activate(name(fields), fields, Caller.DIRECT);
      case "active" -> active(onlyName(fields));
      case "history" -> history(onlyName(fields), PAGE, Integer.MAX_VALUE);
      case "createKey" -> createKey(fields);
      default ->
          throw new RefusedException(
              ApiError.invalid(
                  "action",
                  "Unknown action %s: promptAdmin knows register, activate, active, history and"
                          .formatted(action)
                      + " createKey."));
    };
  }

  private HttpAnswer register(PromptName name, ObjectNode body, Caller caller) {
    Fields fields =
        new Fields(
            body,
            Set.of(
                "content", "model", "temperature", "max_tokens", "cacheable", "author", "notes"));
    PromptContent content = content(fields);
    String author = fields.optionalText("author", LONGEST_NAME).orElse(caller.keyId());
    String notes = fields.optionalText("notes", LONGEST_NOTES).orElse("");
    return switch (registry.register(name, content, author, notes)) {
      case PromptRegistry.Registration.Registered(PromptVersion version) ->
          HttpAnswer.of(201, registered(version, false));
      case PromptRegistry.Registration.Existing(PromptVersion version) ->
          HttpAnswer.of(200, registered(version, true));
    };
  }

  private static PromptContent content(Fields fields) {
    JsonNode content = fields.get("content", "it is the prompt's text");
    String text = Fields.text("content", content, Integer.MAX_VALUE);
    if (text.getBytes(StandardCharsets.UTF_8).length > MAX_CONTENT) {
      throw new RefusedException(
          ApiError.tooLarge(
              "content", "The prompt is larger than 350 KB: move long documents to variables."));
    }
    fields
        .number("temperature")
        .filter(value -> !PromptContent.isTemperature(value))
        .ifPresent(
            _ -> {
              throw Fields.invalid(
                  "temperature", "must be between 0 and 1 with at most 6 decimals");
            });
    return new PromptContent(
        new Template(text),
        fields.text("model", "it names the model that answers", LONGEST_NAME),
        fields.number("temperature"),
        fields
            .find("max_tokens")
            .map(value -> fields.positive("max_tokens", value))
            .orElse(PromptContent.DEFAULT_MAX_TOKENS),
        fields.flag("cacheable"));
  }

  private JsonNode activate(PromptName name, ObjectNode body, Caller caller) {
    Fields fields = new Fields(body, Set.of("version", "force", "reason"));
    int version = fields.positive("version", fields.get("version", "it is a version's number"));
    boolean force = fields.flag("force");
    Optional<String> reason = fields.optionalText("reason", LONGEST_NOTES);
    if (force && reason.isEmpty()) {
      throw new RefusedException(
          ApiError.missing("reason", "The field reason is missing: force needs one."));
    }
    return switch (registry.activate(name, version, caller.keyId(), reason)) {
      case PromptRegistry.ActivationResult.UnknownPrompt() -> throw unknownPrompt(name);
      case PromptRegistry.ActivationResult.UnknownVersion(int latest) ->
          throw new RefusedException(
              ApiError.notFound(
                  "version_not_found",
                  "version",
                  "Prompt %s has no version %d: its latest is %d."
                      .formatted(name, version, latest)));
      case PromptRegistry.ActivationResult.Activated(_, PromptHead before, long revision) -> {
        ObjectNode answer = object().put("name", name.value()).put("version", version);
        putActive(answer, "previous_version", before.active());
        yield answer.put("revision", revision);
      }
    };
  }

  private JsonNode active(PromptName name) {
    return switch (registry.active(name)) {
      case PromptRegistry.Active.UnknownPrompt() -> throw unknownPrompt(name);
      case PromptRegistry.Active.NoneActive() ->
          throw new RefusedException(
              ApiError.notFound(
                  "no_active_version",
                  "name",
                  "Prompt %s has no active version: activate one.".formatted(name)));
      case PromptRegistry.Active.Found(PromptVersion version) ->
          object()
              .put("name", name.value())
              .put("content", version.content().template().text())
              .put("version", version.number())
              .put("hash", version.content().hash())
              .put("model", version.content().model());
    };
  }

  private JsonNode history(PromptName name, int limit, int before) {
    PromptHead head = store.findHead(name).orElseThrow(() -> unknownPrompt(name));
    List<VersionSummary> versions = store.history(name, before, limit);
    ObjectNode answer = object().put("name", name.value());
    putActive(answer, "active_version", head.active());
    answer.put("revision", head.revision());
    ArrayNode list = answer.putArray("versions");
    for (VersionSummary version : versions) {
      list.addObject()
          .put("version", version.number())
          .put("hash", version.hash())
          .put("author", version.author())
          .put("active", head.active().equals(OptionalInt.of(version.number())))
          .put("created", version.created().toString())
          .put("notes", version.notes());
    }
    boolean more = !versions.isEmpty() && versions.getLast().number() > 1;
    answer.put("cursor", more ? Integer.toString(versions.getLast().number()) : null);
    return answer;
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
    ObjectNode answer = object().put("id", issued.key().id()).put("team", team);
    ArrayNode list = answer.putArray("roles");
    roles.forEach(role -> list.add(role.id()));
    return answer
        .put("created", issued.key().created().toString())
        .put("secret", issued.secret().value());
  }

  private static ObjectNode registered(PromptVersion version, boolean existing) {
    ObjectNode answer =
        object()
            .put("name", version.name().value())
            .put("version", version.number())
            .put("hash", version.content().hash())
            .put("version_hash", version.content().versionHash())
            .put("created", version.created().toString())
            .put("existing", existing);
    answer.putArray("warnings");
    return answer;
  }

  private static PromptName onlyName(ObjectNode fields) {
    PromptName name = name(fields);
    Fields unused = new Fields(fields, Set.of());
    return name;
  }

  private static PromptName name(ObjectNode fields) {
    JsonNode name = fields.remove("name");
    return name(name == null ? "" : name.asText());
  }

  private static PromptName name(String value) {
    return PromptNames.parse("name", value);
  }

  private static RefusedException unknownPrompt(PromptName name) {
    return new RefusedException(PromptNames.unknown(name));
  }

  private static int page(@Nullable String limit) {
    return limit == null ? PAGE : QueryNumber.parse("limit", limit, 1, MAX_PAGE);
  }

  private static int cursor(@Nullable String cursor) {
    return cursor == null
        ? Integer.MAX_VALUE
        : QueryNumber.parse("cursor", cursor, 1, Integer.MAX_VALUE);
  }

  private static void putActive(ObjectNode answer, String field, OptionalInt active) {
    if (active.isPresent()) {
      answer.put(field, active.getAsInt());
    } else {
      answer.putNull(field);
    }
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }
}
