package dev.tollgate.function.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.audit.AuditLog;
import dev.tollgate.function.http.AccessControl;
import dev.tollgate.function.http.ApiError;
import dev.tollgate.function.http.ApiException;
import dev.tollgate.function.http.ApiGatewayHandler;
import dev.tollgate.function.http.AuditLogResponses;
import dev.tollgate.function.http.HttpRequest;
import dev.tollgate.function.http.HttpResponse;
import dev.tollgate.function.http.Pagination;
import dev.tollgate.function.http.RequestFields;
import dev.tollgate.identity.Caller;
import dev.tollgate.identity.KeyRestrictions;
import dev.tollgate.identity.KeyService;
import dev.tollgate.identity.KeyService.IssuedKey;
import dev.tollgate.identity.KeyService.RevocationResult;
import dev.tollgate.identity.KeyService.RotationResult;
import dev.tollgate.identity.KeyStore;
import dev.tollgate.identity.Role;
import dev.tollgate.identity.VirtualKey;
import dev.tollgate.identity.VirtualKey.Grant;
import dev.tollgate.identity.VirtualKey.Status;
import dev.tollgate.prompt.PromptName;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** {@code /admin/keys}: makes, shows, rotates and revokes virtual keys. */
@Singleton
public class KeyRoutes {
  private static final Set<Role> ADMINS = EnumSet.of(Role.ADMIN);
  private static final int MAX_NAME_LENGTH = 256;
  private static final int MAX_LIST_SIZE = 100;
  private static final int LAST_YEAR = 9999;
  private static final int DAY_SECONDS = 86_400;
  private static final int MAX_OVERLAP_SECONDS = 365 * DAY_SECONDS;

  private final ApiGatewayHandler front;
  private final AccessControl access;
  private final KeyService keyService;
  private final KeyStore store;
  private final Clock clock;

  public KeyRoutes(
      ApiGatewayHandler front,
      AccessControl access,
      KeyService keyService,
      KeyStore store,
      Clock clock) {
    this.front = front;
    this.access = access;
    this.keyService = keyService;
    this.store = store;
    this.clock = clock;
  }

  HttpResponse handleHttp(HttpRequest request) {
    List<String> path = request.pathSegments();
    String id = path.size() > 2 ? path.get(2) : "";
    String route =
        switch (path.size()) {
          case 2 -> request.method();
          case 3 -> request.method() + (id.equals("events") ? " events" : " {id}");
          case 4 -> request.method() + " {id} " + path.get(3);
          default -> "";
        };
    return switch (route) {
      case "POST" -> {
        Caller caller = authorizeAdmin(request);
        yield HttpResponse.of(201, create(front.readObject(request), caller));
      }
      case "GET" -> {
        authorizeAdmin(request);
        yield HttpResponse.of(
            200,
            list(
                Pagination.limit(request),
                Optional.ofNullable(request.queryParameters().get("cursor"))));
      }
      case "GET events" -> {
        authorizeAdmin(request);
        yield HttpResponse.of(200, events(Pagination.limit(request), Pagination.before(request)));
      }
      case "GET {id}" -> {
        authorizeAdmin(request);
        yield HttpResponse.of(200, get(id));
      }
      case "POST {id} rotate" -> {
        Caller caller = authorizeAdmin(request);
        yield HttpResponse.of(201, rotate(id, front.readObjectOrEmpty(request), caller));
      }
      case "POST {id} revoke" -> {
        Caller caller = authorizeAdmin(request);
        yield HttpResponse.of(200, revoke(id, front.readObjectOrEmpty(request), caller));
      }
      default -> throw new ApiException(ApiError.routeNotFound(request.method(), request.path()));
    };
  }

  private Caller authorizeAdmin(HttpRequest request) {
    Caller caller = access.authorize(request, ADMINS);
    access.requireUnrestricted(caller);
    return caller;
  }

  /** Answers one of the actions on keys that a direct invocation may name. */
  JsonNode handleDirect(String action, ObjectNode fields) {
    return switch (action) {
      case "createKey" -> create(fields, Caller.DIRECT);
      case "listKeys" -> {
        RequestFields page = new RequestFields(fields, Set.of("limit", "cursor"));
        yield list(readLimit(page), page.optionalText("cursor", MAX_NAME_LENGTH));
      }
      case "keyEvents" -> {
        RequestFields page = new RequestFields(fields, Set.of("limit", "cursor"));
        Optional<Integer> cursor = page.optionalInteger("cursor", 1, Integer.MAX_VALUE);
        yield events(readLimit(page), cursor.map(Integer::longValue).orElse(Pagination.NEWEST));
      }
      case "getKey" -> get(takeOnlyId(fields));
      case "rotateKey" -> rotate(takeId(fields), fields, Caller.DIRECT);
      case "revokeKey" -> revoke(takeId(fields), fields, Caller.DIRECT);
      default -> throw new IllegalArgumentException("not an action on keys: " + action);
    };
  }

  private ObjectNode create(ObjectNode body, Caller caller) {
    return toJsonWithSecret(keyService.create(readGrant(body), caller.keyId()));
  }

  private Grant readGrant(ObjectNode body) {
    RequestFields fields =
        new RequestFields(body, Set.of("team", "roles", "name", "expires_at", "models", "prompts"));
    String team =
        fields.text("team", "it is the team that pays for the key's calls", MAX_NAME_LENGTH);
    if (!VirtualKey.isTeam(team)) {
      throw RequestFields.invalid("team", "must match " + VirtualKey.TEAM_PATTERN);
    }
    Optional<String> name = fields.optionalText("name", MAX_NAME_LENGTH);
    if (!name.map(VirtualKey::isName).orElse(true)) {
      throw RequestFields.invalid("name", "must be a single line without control characters");
    }
    return new Grant(name, team, readRoles(fields), readAllowance(fields), readExpiry(fields));
  }

  private static Set<Role> readRoles(RequestFields fields) {
    JsonNode sent = fields.require("roles", "it lists what the key may do");
    if (!sent.isArray() || sent.isEmpty()) {
      throw RequestFields.invalid("roles", "must be a list of at least one role");
    }
    Set<Role> roles = EnumSet.noneOf(Role.class);
    for (JsonNode role : sent) {
      roles.add(
          Role.of(role.asText())
              .orElseThrow(
                  () ->
                      RequestFields.invalid(
                          "roles", "may list invoke, preview, author, admin and finance")));
    }
    return roles;
  }

  private static KeyRestrictions readAllowance(RequestFields fields) {
    List<String> models = fields.texts("models", MAX_LIST_SIZE, MAX_NAME_LENGTH);
    if (!models.stream().allMatch(KeyRestrictions::isModelPattern)) {
      throw RequestFields.invalid(
          "models", "must list models by id, or by the beginning of an id with a * behind");
    }
    List<String> prompts = fields.texts("prompts", MAX_LIST_SIZE, MAX_NAME_LENGTH);
    if (!prompts.stream().allMatch(PromptName::isValid)) {
      throw RequestFields.invalid(
          "prompts", "must list prompts by name, each matching " + PromptName.REGEX);
    }
    return new KeyRestrictions(new HashSet<>(models), new HashSet<>(prompts));
  }

  private Optional<Instant> readExpiry(RequestFields fields) {
    return fields
        .find("expires_at")
        .map(
            value -> {
              Instant expiry = parseTime(RequestFields.text("expires_at", value, MAX_NAME_LENGTH));
              if (!expiry.isAfter(clock.instant())) {
                throw RequestFields.invalid("expires_at", "must lie in the future");
              }
              return expiry;
            });
  }

  private static Instant parseTime(String text) {
    try {
      OffsetDateTime time = OffsetDateTime.parse(text);
      if (time.getYear() <= LAST_YEAR) {
        return time.toInstant().truncatedTo(ChronoUnit.MILLIS);
      }
    } catch (DateTimeException e) {
      // Said below, in words that name the field.
    }
    throw RequestFields.invalid(
        "expires_at", "must be a time as RFC 3339 has it, such as 2027-01-31T00:00:00Z");
  }

  private ObjectNode list(int limit, Optional<String> before) {
    if (!before.map(VirtualKey::isId).orElse(true)) {
      throw new ApiException(
          ApiError.invalid(
              "cursor", "The cursor must be the one that the page before ended with."));
    }
    List<VirtualKey> keys = store.list(before, limit);
    Instant now = clock.instant();
    ObjectNode answer = object();
    ArrayNode list = answer.putArray("keys");
    keys.forEach(key -> list.add(toJson(key, now)));
    // A full page may be the last one; the next page then is empty.
    boolean more = keys.size() == limit;
    return answer.put("cursor", more ? keys.getLast().id() : null);
  }

  private ObjectNode get(String id) {
    return validId(id)
        .flatMap(store::findById)
        .map(entry -> toJson(entry.key(), clock.instant()))
        .orElseThrow(() -> notFound(id));
  }

  private ObjectNode rotate(String id, ObjectNode body, Caller caller) {
    RequestFields fields = new RequestFields(body, Set.of("overlap_seconds", "reason"));
    Duration overlap =
        Duration.ofSeconds(
            fields.optionalInteger("overlap_seconds", 0, MAX_OVERLAP_SECONDS).orElse(DAY_SECONDS));
    Optional<String> reason = fields.reason();
    String known = validId(id).orElseThrow(() -> notFound(id));
    return switch (keyService.rotate(known, overlap, caller.keyId(), reason)) {
      case RotationResult.Rotated(IssuedKey issued) -> toJsonWithSecret(issued);
      case RotationResult.UnknownKey() -> throw notFound(id);
      case RotationResult.NotActive(Status status) ->
          throw new ApiException(
              ApiError.conflict(
                  "key_" + status.id(),
                  "id",
                  "Key %s is %s and cannot be rotated: create a new key."
                      .formatted(id, status.id())));
    };
  }

  private ObjectNode revoke(String id, ObjectNode body, Caller caller) {
    RequestFields fields = new RequestFields(body, Set.of("reason"));
    Optional<String> reason = fields.reason();
    String known = validId(id).orElseThrow(() -> notFound(id));
    return switch (keyService.revoke(known, caller.keyId(), reason)) {
      case RevocationResult.Revoked(VirtualKey key) -> toJson(key, clock.instant());
      case RevocationResult.UnknownKey() -> throw notFound(id);
    };
  }

  private ObjectNode events(int limit, long before) {
    AuditLog events = store.auditLog();
    return AuditLogResponses.addPage(object(), events.findNewest(before, limit), events.verify());
  }

  private ObjectNode toJsonWithSecret(IssuedKey issued) {
    return toJson(issued.key(), clock.instant()).put("secret", issued.secret().value());
  }

  private static ObjectNode toJson(VirtualKey key, Instant now) {
    Grant grant = key.grant();
    ObjectNode json =
        object()
            .put("id", key.id())
            .put("name", grant.name().orElse(null))
            .put("team", grant.team());
    putSorted(json, "roles", grant.roles().stream().map(Role::id).toList());
    putSorted(json, "models", grant.restrictions().models());
    putSorted(json, "prompts", grant.restrictions().prompts());
    return json.put("created", key.created().toString())
        .put("created_by", key.createdBy())
        .put("expires_at", key.endsAt().map(Instant::toString).orElse(null))
        .put("revoked_at", key.revokedAt().map(Instant::toString).orElse(null))
        .put("rotated_from", key.rotatedFrom().orElse(null))
        .put("status", key.status(now).id());
  }

  private static void putSorted(ObjectNode json, String field, Collection<String> values) {
    ArrayNode list = json.putArray(field);
    values.stream().sorted().forEach(list::add);
  }

  /** What has not the shape of an id need not be looked for. */
  private static Optional<String> validId(String id) {
    return Optional.of(id).filter(VirtualKey::isId);
  }

  static ApiException notFound(String id) {
    return new ApiException(
        ApiError.notFound(
            "key_not_found",
            "id",
            "No key has the id %s: list the keys to see their ids.".formatted(id)));
  }

  private static int readLimit(RequestFields page) {
    return page.optionalInteger("limit", 1, Pagination.MAX_LIMIT).orElse(Pagination.DEFAULT_LIMIT);
  }

  private static String takeOnlyId(ObjectNode fields) {
    String id = takeId(fields);
    RequestFields unused = new RequestFields(fields, Set.of());
    return id;
  }

  private static String takeId(ObjectNode fields) {
    JsonNode id = fields.remove("id");
    if (id == null || !id.isTextual()) {
      throw new ApiException(ApiError.missing("id", "The field id is missing: name a key."));
    }
    return id.textValue();
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }
}
