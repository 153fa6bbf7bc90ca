package dev.tollgate.function.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.function.http.ActionTable.Action;
import dev.tollgate.function.http.ApiError;
import dev.tollgate.function.http.ApiException;
import dev.tollgate.function.http.AuditLogResponses;
import dev.tollgate.function.http.HttpResponse;
import dev.tollgate.function.http.Pagination;
import dev.tollgate.function.http.RequestFields;
import dev.tollgate.function.http.Route;
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
import dev.tollgate.json.JsonNodes;
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
import java.util.stream.Stream;

/** Routes for virtual keys: creation, rotation, revocation and the audit log. */
@Singleton
public class KeyRoutes {
  private static final Set<Role> ADMINS = Set.of(Role.ADMIN);
  private static final int MAX_NAME_LENGTH = 256;
  private static final int MAX_LIST_SIZE = 100;
  private static final int LAST_YEAR = 9999;
  private static final int DAY_SECONDS = 86_400;
  private static final int MAX_OVERLAP_SECONDS = 365 * DAY_SECONDS;

  private final KeyService service;
  private final KeyStore store;
  private final Clock clock;

  public KeyRoutes(KeyService service, KeyStore store, Clock clock) {
    this.service = service;
    this.store = store;
    this.clock = clock;
  }

  List<Route> routes() {
    return Stream.of(
            Route.post(
                "/admin/keys",
                ADMINS,
                "New key",
                it -> HttpResponse.of(201, create(it.body(), it.caller()))),
            Route.get(
                "/admin/keys",
                ADMINS,
                "Keys",
                it -> HttpResponse.of(200, list(it.limit(), it.query("cursor")))),
            Route.get(
                "/admin/keys/events",
                ADMINS,
                "Audit log of keys",
                it -> HttpResponse.of(200, events(it.limit(), it.before()))),
            Route.get(
                "/admin/keys/{id}",
                ADMINS,
                "Key",
                it -> HttpResponse.of(200, get(it.parameter("id")))),
            Route.post(
                "/admin/keys/{id}/rotate",
                ADMINS,
                "Rotation of a key",
                it ->
                    HttpResponse.of(
                        201, rotate(it.parameter("id"), it.bodyOrEmpty(), it.caller()))),
            Route.post(
                "/admin/keys/{id}/revoke",
                ADMINS,
                "Revocation of a key",
                it ->
                    HttpResponse.of(
                        200, revoke(it.parameter("id"), it.bodyOrEmpty(), it.caller()))))
        .map(Route::requireUnrestrictedKey)
        .toList();
  }

  List<Action> actions() {
    return List.of(
        new Action("createKey", fields -> create(fields, Caller.DIRECT)),
        new Action("listKeys", this::list),
        new Action("getKey", fields -> get(takeOnlyId(fields))),
        new Action("rotateKey", fields -> rotate(takeId(fields), fields, Caller.DIRECT)),
        new Action("revokeKey", fields -> revoke(takeId(fields), fields, Caller.DIRECT)),
        new Action("keyEvents", this::events));
  }

  private ObjectNode create(ObjectNode body, Caller caller) {
    return toJsonWithSecret(service.create(readGrant(body), caller.keyId()));
  }

  private Grant readGrant(ObjectNode body) {
    RequestFields fields =
        new RequestFields(body, Set.of("team", "roles", "name", "expires_at", "models", "prompts"));
    String team =
        fields.text("team", "the team that pays for the calls of the key", MAX_NAME_LENGTH);
    if (!VirtualKey.isTeam(team)) {
      throw RequestFields.invalid("team", "must match " + VirtualKey.TEAM_PATTERN);
    }
    Optional<String> name = fields.optionalText("name", MAX_NAME_LENGTH);
    if (!name.map(VirtualKey::isName).orElse(true)) {
      throw RequestFields.invalid("name", "must be a single line without control characters");
    }
    return new Grant(name, team, readRoles(fields), readRestrictions(fields), readExpiry(fields));
  }

  private static Set<Role> readRoles(RequestFields fields) {
    JsonNode sent = fields.require("roles", "a list of roles");
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
                          "roles", "must list some of invoke, preview, author, admin, finance")));
    }
    return roles;
  }

  private static KeyRestrictions readRestrictions(RequestFields fields) {
    List<String> models = fields.texts("models", MAX_LIST_SIZE, MAX_NAME_LENGTH);
    if (!models.stream().allMatch(KeyRestrictions::isModelPattern)) {
      throw RequestFields.invalid(
          "models", "must list model ids, or prefixes of model ids followed by *");
    }
    List<String> prompts = fields.texts("prompts", MAX_LIST_SIZE, MAX_NAME_LENGTH);
    if (!prompts.stream().allMatch(PromptName::isValid)) {
      throw RequestFields.invalid(
          "prompts", "must list prompt names that match " + PromptName.REGEX);
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
                throw RequestFields.invalid("expires_at", "must be in the future");
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
      // The error below names the field.
    }
    throw RequestFields.invalid(
        "expires_at", "must be an RFC 3339 time, such as 2027-01-31T00:00:00Z");
  }

  private ObjectNode list(ObjectNode action) {
    RequestFields fields = new RequestFields(action, Set.of("limit", "cursor"));
    return list(readLimit(fields), fields.optionalText("cursor", MAX_NAME_LENGTH));
  }

  private ObjectNode list(int limit, Optional<String> before) {
    if (!before.map(VirtualKey::isId).orElse(true)) {
      throw new ApiException(
          ApiError.invalid("cursor", "The cursor must be the cursor of the previous page."));
    }
    List<VirtualKey> keys = store.list(before, limit);
    Instant now = clock.instant();
    ObjectNode response = JsonNodes.object();
    ArrayNode list = response.putArray("keys");
    keys.forEach(key -> list.add(toJson(key, now)));
    // A full page may be the last page. The next page is empty then.
    boolean more = keys.size() == limit;
    return response.put("cursor", more ? keys.getLast().id() : null);
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
    return switch (service.rotate(known, overlap, caller.keyId(), reason)) {
      case RotationResult.Rotated(IssuedKey issued) -> toJsonWithSecret(issued);
      case RotationResult.UnknownKey() -> throw notFound(id);
      case RotationResult.NotActive(Status status) ->
          throw new ApiException(
              ApiError.conflict(
                  "key_" + status.id(),
                  "id",
                  "Key %s is %s and cannot be rotated. Create a new key."
                      .formatted(id, status.id())));
    };
  }

  private ObjectNode revoke(String id, ObjectNode body, Caller caller) {
    RequestFields fields = new RequestFields(body, Set.of("reason"));
    Optional<String> reason = fields.reason();
    String known = validId(id).orElseThrow(() -> notFound(id));
    return switch (service.revoke(known, caller.keyId(), reason)) {
      case RevocationResult.Revoked(VirtualKey key) -> toJson(key, clock.instant());
      case RevocationResult.UnknownKey() -> throw notFound(id);
    };
  }

  private ObjectNode events(ObjectNode action) {
    RequestFields fields = new RequestFields(action, Set.of("limit", "cursor"));
    Optional<Integer> cursor = fields.optionalInteger("cursor", 1, Integer.MAX_VALUE);
    return events(readLimit(fields), cursor.map(Integer::longValue).orElse(Pagination.NEWEST));
  }

  private ObjectNode events(int limit, long before) {
    return AuditLogResponses.page(store.auditLog(), limit, before);
  }

  private ObjectNode toJsonWithSecret(IssuedKey issued) {
    return toJson(issued.key(), clock.instant()).put("secret", issued.secret().value());
  }

  private static ObjectNode toJson(VirtualKey key, Instant now) {
    Grant grant = key.grant();
    ObjectNode json =
        JsonNodes.object()
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

  /** An id, if it has the format of one. */
  private static Optional<String> validId(String id) {
    return Optional.of(id).filter(VirtualKey::isId);
  }

  static ApiException notFound(String id) {
    return new ApiException(
        ApiError.notFound(
            "key_not_found",
            "id",
            "Key %s not found. List the keys to see their ids.".formatted(id)));
  }

  private static int readLimit(RequestFields fields) {
    return fields
        .optionalInteger("limit", 1, Pagination.MAX_LIMIT)
        .orElse(Pagination.DEFAULT_LIMIT);
  }

  private static String takeOnlyId(ObjectNode fields) {
    String id = takeId(fields);
    RequestFields unused = new RequestFields(fields, Set.of());
    return id;
  }

  private static String takeId(ObjectNode fields) {
    JsonNode id = fields.remove("id");
    if (id == null || !id.isTextual()) {
      throw new ApiException(ApiError.missing("id", "The field id is missing: the id of a key."));
    }
    return id.textValue();
  }
}
