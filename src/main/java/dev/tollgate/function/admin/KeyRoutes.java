package dev.tollgate.function.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.audit.AuditLog;
import dev.tollgate.function.http.Access;
import dev.tollgate.function.http.ApiError;
import dev.tollgate.function.http.EventAnswers;
import dev.tollgate.function.http.Fields;
import dev.tollgate.function.http.Front;
import dev.tollgate.function.http.HttpAnswer;
import dev.tollgate.function.http.HttpRequest;
import dev.tollgate.function.http.Page;
import dev.tollgate.function.http.RefusedException;
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
  private static final int LONGEST_NAME = 256;
  private static final int MOST_LIMITS = 100;
  private static final int LAST_YEAR = 9999;
  private static final int DAY = 86_400;
  private static final int LONGEST_OVERLAP = 365 * DAY;

  private final Front front;
  private final Access access;
  private final KeyService ring;
  private final KeyStore store;
  private final Clock clock;

  public KeyRoutes(Front front, Access access, KeyService ring, KeyStore store, Clock clock) {
    this.front = front;
    this.access = access;
    this.ring = ring;
    this.store = store;
    this.clock = clock;
  }

  HttpAnswer http(HttpRequest request) {
    List<String> path = request.segments();
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
        Caller caller = admin(request);
        yield HttpAnswer.of(201, create(front.object(request), caller));
      }
      case "GET" -> {
        admin(request);
        yield HttpAnswer.of(
            200, list(Page.limit(request), Optional.ofNullable(request.query().get("cursor"))));
      }
      case "GET events" -> {
        admin(request);
        yield HttpAnswer.of(200, events(Page.limit(request), Page.before(request)));
      }
      case "GET {id}" -> {
        admin(request);
        yield HttpAnswer.of(200, get(id));
      }
      case "POST {id} rotate" -> {
        Caller caller = admin(request);
        yield HttpAnswer.of(201, rotate(id, front.objectOrNone(request), caller));
      }
      case "POST {id} revoke" -> {
        Caller caller = admin(request);
        yield HttpAnswer.of(200, revoke(id, front.objectOrNone(request), caller));
      }
      default -> throw new RefusedException(ApiError.noSuchRoute(request.method(), request.path()));
    };
  }

  private Caller admin(HttpRequest request) {
    Caller caller = access.require(request, ADMINS);
    access.requireNoLimits(caller);
    return caller;
  }

  /** Answers one of the actions on keys that a direct invocation may name. */
  JsonNode direct(String action, ObjectNode fields) {
    return switch (action) {
      case "createKey" -> create(fields, Caller.DIRECT);
      case "listKeys" -> {
        Fields page = new Fields(fields, Set.of("limit", "cursor"));
        yield list(limit(page), page.optionalText("cursor", LONGEST_NAME));
      }
      case "keyEvents" -> {
        Fields page = new Fields(fields, Set.of("limit", "cursor"));
        Optional<Integer> cursor = page.whole("cursor", 1, Integer.MAX_VALUE);
        yield events(limit(page), cursor.map(Integer::longValue).orElse(Page.NEWEST));
      }
      case "getKey" -> get(onlyId(fields));
      case "rotateKey" -> rotate(id(fields), fields, Caller.DIRECT);
      case "revokeKey" -> revoke(id(fields), fields, Caller.DIRECT);
      default -> throw new IllegalArgumentException("not an action on keys: " + action);
    };
  }

  private ObjectNode create(ObjectNode body, Caller caller) {
    return issued(ring.create(grant(body), caller.keyId()));
  }

  private Grant grant(ObjectNode body) {
    Fields fields =
        new Fields(body, Set.of("team", "roles", "name", "expires_at", "models", "prompts"));
    String team = fields.text("team", "it is the team that pays for the key's calls", LONGEST_NAME);
    if (!VirtualKey.isTeam(team)) {
      throw Fields.invalid("team", "must match " + VirtualKey.TEAM_PATTERN);
    }
    Optional<String> name = fields.optionalText("name", LONGEST_NAME);
    if (!name.map(VirtualKey::isName).orElse(true)) {
      throw Fields.invalid("name", "must be a single line without control characters");
    }
    return new Grant(name, team, roles(fields), allowance(fields), expiry(fields));
  }

  private static Set<Role> roles(Fields fields) {
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
    return roles;
  }

  private static KeyRestrictions allowance(Fields fields) {
    List<String> models = fields.texts("models", MOST_LIMITS, LONGEST_NAME);
    if (!models.stream().allMatch(KeyRestrictions::isModelPattern)) {
      throw Fields.invalid(
          "models", "must list models by id, or by the beginning of an id with a * behind");
    }
    List<String> prompts = fields.texts("prompts", MOST_LIMITS, LONGEST_NAME);
    if (!prompts.stream().allMatch(PromptName::isValid)) {
      throw Fields.invalid(
          "prompts", "must list prompts by name, each matching " + PromptName.REGEX);
    }
    return new KeyRestrictions(new HashSet<>(models), new HashSet<>(prompts));
  }

  private Optional<Instant> expiry(Fields fields) {
    return fields
        .find("expires_at")
        .map(
            value -> {
              Instant expiry = time(Fields.text("expires_at", value, LONGEST_NAME));
              if (!expiry.isAfter(clock.instant())) {
                throw Fields.invalid("expires_at", "must lie in the future");
              }
              return expiry;
            });
  }

  private static Instant time(String text) {
    try {
      OffsetDateTime time = OffsetDateTime.parse(text);
      if (time.getYear() <= LAST_YEAR) {
        return time.toInstant().truncatedTo(ChronoUnit.MILLIS);
      }
    } catch (DateTimeException e) {
      // Said below, in words that name the field.
    }
    throw Fields.invalid(
        "expires_at", "must be a time as RFC 3339 has it, such as 2027-01-31T00:00:00Z");
  }

  private ObjectNode list(int limit, Optional<String> before) {
    if (!before.map(VirtualKey::isId).orElse(true)) {
      throw new RefusedException(
          ApiError.invalid(
              "cursor", "The cursor must be the one that the page before ended with."));
    }
    List<VirtualKey> keys = store.list(before, limit);
    Instant now = clock.instant();
    ObjectNode answer = object();
    ArrayNode list = answer.putArray("keys");
    keys.forEach(key -> list.add(json(key, now)));
    // A full page may be the last one; the next page then is empty.
    boolean more = keys.size() == limit;
    return answer.put("cursor", more ? keys.getLast().id() : null);
  }

  private ObjectNode get(String id) {
    return known(id)
        .flatMap(store::findById)
        .map(entry -> json(entry.key(), clock.instant()))
        .orElseThrow(() -> unknown(id));
  }

  private ObjectNode rotate(String id, ObjectNode body, Caller caller) {
    Fields fields = new Fields(body, Set.of("overlap_seconds", "reason"));
    Duration overlap =
        Duration.ofSeconds(fields.whole("overlap_seconds", 0, LONGEST_OVERLAP).orElse(DAY));
    Optional<String> reason = fields.reason();
    String known = known(id).orElseThrow(() -> unknown(id));
    return switch (ring.rotate(known, overlap, caller.keyId(), reason)) {
      case RotationResult.Rotated(IssuedKey issued) -> issued(issued);
      case RotationResult.UnknownKey() -> throw unknown(id);
      case RotationResult.NotActive(Status status) ->
          throw new RefusedException(
              ApiError.conflict(
                  "key_" + status.id(),
                  "id",
                  "Key %s is %s and cannot be rotated: create a new key."
                      .formatted(id, status.id())));
    };
  }

  private ObjectNode revoke(String id, ObjectNode body, Caller caller) {
    Fields fields = new Fields(body, Set.of("reason"));
    Optional<String> reason = fields.reason();
    String known = known(id).orElseThrow(() -> unknown(id));
    return switch (ring.revoke(known, caller.keyId(), reason)) {
      case RevocationResult.Revoked(VirtualKey key) -> json(key, clock.instant());
      case RevocationResult.UnknownKey() -> throw unknown(id);
    };
  }

  private ObjectNode events(int limit, long before) {
    AuditLog events = store.auditLog();
    return EventAnswers.put(object(), events.findNewest(before, limit), events.verify());
  }

  private ObjectNode issued(IssuedKey issued) {
    return json(issued.key(), clock.instant()).put("secret", issued.secret().value());
  }

  private static ObjectNode json(VirtualKey key, Instant now) {
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
  private static Optional<String> known(String id) {
    return Optional.of(id).filter(VirtualKey::isId);
  }

  static RefusedException unknown(String id) {
    return new RefusedException(
        ApiError.notFound(
            "key_not_found",
            "id",
            "No key has the id %s: list the keys to see their ids.".formatted(id)));
  }

  private static int limit(Fields page) {
    return page.whole("limit", 1, Page.MOST).orElse(Page.LIMIT);
  }

  private static String onlyId(ObjectNode fields) {
    String id = id(fields);
    Fields unused = new Fields(fields, Set.of());
    return id;
  }

  private static String id(ObjectNode fields) {
    JsonNode id = fields.remove("id");
    if (id == null || !id.isTextual()) {
      throw new RefusedException(ApiError.missing("id", "The field id is missing: name a key."));
    }
    return id.textValue();
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }
}
