package dev.tollgate.function.costs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.budget.BudgetAccounts.BudgetsUnavailableException;
import dev.tollgate.budget.DeadLetterCalls;
import dev.tollgate.budget.DeadLetterCalls.RestoreResult;
import dev.tollgate.cost.calls.CallArchive;
import dev.tollgate.cost.calls.CallId;
import dev.tollgate.cost.calls.CallRecord;
import dev.tollgate.cost.calls.CallRecordJson;
import dev.tollgate.cost.ledger.CostLedger;
import dev.tollgate.cost.ledger.LedgerRepair;
import dev.tollgate.cost.ledger.LedgerRepair.RepairResult;
import dev.tollgate.cost.ledger.LedgerUnavailableException;
import dev.tollgate.cost.ledger.Repricing;
import dev.tollgate.cost.ledger.UserErasure;
import dev.tollgate.cost.ledger.UserErasure.ErasureResult;
import dev.tollgate.cost.pricing.PriceBook;
import dev.tollgate.function.http.AccessControl;
import dev.tollgate.function.http.ApiError;
import dev.tollgate.function.http.ApiException;
import dev.tollgate.function.http.ApiGatewayHandler;
import dev.tollgate.function.http.HttpRequest;
import dev.tollgate.function.http.HttpResponse;
import dev.tollgate.function.http.RequestFields;
import dev.tollgate.identity.Caller;
import dev.tollgate.identity.Role;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * What changes the books beside the stream: repair, re-pricing, spilled records and the erasure of
 * users. Each works on a part for as long as API Gateway waits, and tells where the next begins.
 */
@Singleton
class CostLedgerRoutes {
  private static final Logger LOG = Logger.getLogger(CostLedgerRoutes.class);
  private static final Set<Role> FINANCE = EnumSet.of(Role.FINANCE, Role.ADMIN);
  private static final Set<Role> ADMINS = EnumSet.of(Role.ADMIN);

  /** A part ends in time for its last step, which takes a second or two. */
  private static final Duration TIME_SLICE = Duration.ofSeconds(12);

  private static final int MAX_REPRICED_CALLS = 1_000;
  private static final int MAX_REPLAYED_CALLS = 500;
  private static final int MAX_NAME_LENGTH = 256;
  private static final int MAX_CURSOR_LENGTH = 256;
  private static final int FIRST_YEAR = 2000;
  private static final int LAST_YEAR = 9999;
  private static final Duration CLOCK_SKEW = Duration.ofMinutes(5);

  private final ApiGatewayHandler front;
  private final AccessControl access;
  private final CostLedger ledger;
  private final DeadLetterCalls spilled;
  private final LedgerRepair repair;
  private final Repricing repricing;
  private final UserErasure erasure;
  private final PriceBook prices;
  private final Clock clock;

  CostLedgerRoutes(
      ApiGatewayHandler front,
      AccessControl access,
      CostLedger ledger,
      DeadLetterCalls spilled,
      LedgerRepair repair,
      Repricing repricing,
      UserErasure erasure,
      PriceBook prices,
      Clock clock) {
    this.front = front;
    this.access = access;
    this.ledger = ledger;
    this.spilled = spilled;
    this.repair = repair;
    this.repricing = repricing;
    this.erasure = erasure;
    this.prices = prices;
    this.clock = clock;
  }

  HttpResponse handleHttp(HttpRequest request) {
    return switch (request.method() + " " + String.join("/", request.pathSegments())) {
      case "POST admin/costs/repair" -> {
        authorize(request, FINANCE);
        yield HttpResponse.of(200, repair(front.readObject(request)));
      }
      case "POST admin/costs/reprice" -> {
        Caller caller = authorize(request, FINANCE);
        yield HttpResponse.of(200, reprice(front.readObject(request), caller));
      }
      case "POST admin/costs/prices/compare" -> {
        authorize(request, FINANCE);
        yield HttpResponse.of(200, compare(request.body()));
      }
      case "POST admin/costs/replay" -> {
        authorize(request, ADMINS);
        yield HttpResponse.of(200, replay(front.readObject(request)));
      }
      case "POST admin/users/erase" -> {
        Caller caller = authorize(request, ADMINS);
        yield HttpResponse.of(200, erase(front.readObject(request), caller));
      }
      default -> throw new ApiException(ApiError.routeNotFound(request.method(), request.path()));
    };
  }

  JsonNode handleDirect(String action, ObjectNode fields) {
    return switch (action) {
      case "clear" -> clear(fields);
      case "repair" -> repair(fields);
      case "reprice" -> reprice(fields, Caller.DIRECT);
      case "replay" -> replay(fields);
      case "erase" -> erase(fields, Caller.DIRECT);
      default ->
          throw new ApiException(
              ApiError.invalid(
                  "action",
                  "Unknown action %s: costLedger knows clear, repair, reprice, replay and erase."
                      .formatted(action)));
    };
  }

  private Caller authorize(HttpRequest request, Set<Role> roles) {
    Caller caller = access.authorize(request, roles);
    access.requireUnrestricted(caller);
    return caller;
  }

  /** Forgets what the calls table can bring back; to be followed by a repair of all days. */
  private ObjectNode clear(ObjectNode body) {
    RequestFields unused = new RequestFields(body, Set.of());
    return translateErrors(
        () -> {
          ledger.clear();
          return object().put("cleared", true);
        });
  }

  private ObjectNode repair(ObjectNode body) {
    RequestFields fields = new RequestFields(body, Set.of("day", "cursor"));
    Optional<LocalDate> day =
        fields.find("day").isPresent() ? Optional.of(readDay(fields, "day")) : Optional.empty();
    Optional<String> cursor = fields.optionalSingleLine("cursor", MAX_CURSOR_LENGTH);
    RepairResult part = translateErrors(() -> repair.repair(day, cursor, deadline()));
    return object()
        .put("day", day.map(LocalDate::toString).orElse(null))
        .put("read", part.read())
        .put("booked", part.inserted())
        .put("unreadable", part.unreadable())
        .put("cursor", part.next().orElse(null));
  }

  private ObjectNode reprice(ObjectNode body, Caller caller) {
    RequestFields fields =
        new RequestFields(body, Set.of("from", "to", "model", "known_on", "apply", "cursor"));
    LocalDate from = readDay(fields, "from");
    LocalDate to = readLastDay(fields, from);
    Repricing.Scope scope =
        new Repricing.Scope(from, to, fields.optionalSingleLine("model", MAX_NAME_LENGTH));
    PriceBook book =
        fields.find("known_on").isPresent() ? prices.asOf(readDay(fields, "known_on")) : prices;
    boolean apply = fields.flag("apply");
    Optional<String> by = apply ? Optional.of(caller.keyId()) : Optional.empty();
    Optional<CallId> cursor =
        fields.optionalSingleLine("cursor", MAX_CURSOR_LENGTH).map(CostLedgerRoutes::parseCallId);
    Repricing.Page part = translateErrors(() -> reprice(scope, book, cursor, by));
    ObjectNode answer =
        object()
            .put("from", from.toString())
            .put("to", to.toString())
            .put("applied", apply)
            .put("calls", part.calls());
    ArrayNode differences = answer.putArray("differences");
    for (Repricing.Difference difference : part.differences()) {
      differences
          .addObject()
          .put("provider", difference.provider())
          .put("model", difference.model())
          .put("calls", difference.calls())
          .put("before_usd", difference.before())
          .put("after_usd", difference.after());
    }
    return answer.put("cursor", part.next().map(CallId::value).orElse(null));
  }

  private Repricing.Page reprice(
      Repricing.Scope scope, PriceBook book, Optional<CallId> cursor, Optional<String> by) {
    Instant deadline = deadline();
    Repricing.Page all = repricing.reprice(scope, book, cursor, MAX_REPRICED_CALLS, by);
    while (all.next().isPresent() && clock.instant().isBefore(deadline)) {
      all = all.plus(repricing.reprice(scope, book, all.next(), MAX_REPRICED_CALLS, by));
    }
    return all;
  }

  private ObjectNode compare(String yaml) {
    PriceBook newer;
    try {
      newer = PriceBook.read(yaml);
    } catch (IllegalArgumentException e) {
      throw new ApiException(
          ApiError.invalid("body", "This is no price book: %s.".formatted(e.getMessage())));
    }
    ObjectNode answer = object();
    ArrayNode changes = answer.putArray("changes");
    for (PriceBook.Change change : prices.diff(newer)) {
      changes
          .addObject()
          .put("price_id", change.priceId())
          .put("rate", change.rate())
          .put("before", change.before().orElse(null))
          .put("after", change.after().orElse(null));
    }
    return answer;
  }

  /**
   * Records go into the calls table, from where the stream brings them into the ledger. Those that
   * are left at the end of the list are for the next part.
   */
  private ObjectNode replay(ObjectNode body) {
    JsonNode list =
        new RequestFields(body, Set.of("calls"))
            .require("calls", "a list of records as they were spilled");
    if (!list.isArray() || list.size() > MAX_REPLAYED_CALLS) {
      throw RequestFields.invalid(
          "calls", "must be a list of at most " + MAX_REPLAYED_CALLS + " records");
    }
    List<CallRecord> calls = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      calls.add(spilled("calls." + i, list.get(i)));
    }
    RestoreResult part = restore(calls);
    return object()
        .put("restored", part.restored())
        .put("known", part.read() - part.restored())
        .put("left", calls.size() - part.read());
  }

  private RestoreResult restore(List<CallRecord> calls) {
    try {
      return spilled.restore(calls, deadline());
    } catch (BudgetsUnavailableException e) {
      LOG.error("not all records were replayed", e);
      throw new ApiException(
          ApiError.serverError(
              503,
              "store_unavailable",
              "Not all records could be booked on their budgets: try again, what is there stays."));
    }
  }

  private CallRecord spilled(String field, JsonNode record) {
    CallRecord call;
    try {
      call = CallRecordJson.read(record);
    } catch (IllegalArgumentException e) {
      throw RequestFields.invalid(field, "is no call record: " + e.getMessage());
    }
    Instant now = clock.instant();
    if (call.time().isAfter(now.plus(CLOCK_SKEW))
        || call.time().isBefore(now.minus(Duration.ofDays(CallArchive.RETENTION_DAYS)))) {
      throw RequestFields.invalid(
          field,
          "is of %s: a call is of the last %d days"
              .formatted(call.time(), CallArchive.RETENTION_DAYS));
    }
    return call;
  }

  private ObjectNode erase(ObjectNode body, Caller caller) {
    RequestFields fields = new RequestFields(body, Set.of("team", "user_id", "cursor"));
    String team = fields.singleLine("team", "the team whose user it is", MAX_NAME_LENGTH);
    String user = fields.singleLine("user_id", "the user to erase", MAX_NAME_LENGTH);
    Optional<String> cursor = fields.optionalSingleLine("cursor", MAX_CURSOR_LENGTH);
    ErasureResult part =
        translateErrors(() -> erasure.erase(team, user, cursor, caller.keyId(), deadline()));
    return object()
        .put("team", team)
        .put("pseudonym", part.pseudonym())
        .put("calls", part.calls())
        .put("cursor", part.cursor().orElse(null));
  }

  private <T> T translateErrors(Supplier<T> books) {
    try {
      return books.get();
    } catch (LedgerUnavailableException e) {
      LOG.error("the ledger was not changed", e);
      throw new ApiException(
          ApiError.serverError(
              503,
              "ledger_unavailable",
              "PostgreSQL, which keeps the cost ledger, did not do this: try again, it goes on"
                  + " where it ended."));
    } catch (CallArchive.InvalidCursorException e) {
      throw RequestFields.invalid("cursor", "must be the one that the part before answered with");
    }
  }

  private Instant deadline() {
    return clock.instant().plus(TIME_SLICE);
  }

  private static CallId parseCallId(String cursor) {
    try {
      return new CallId(cursor);
    } catch (IllegalArgumentException e) {
      throw RequestFields.invalid("cursor", "must be the one that the part before answered with");
    }
  }

  private static LocalDate readDay(RequestFields fields, String field) {
    String text = fields.singleLine(field, "a UTC day, such as 2026-11-24", MAX_CURSOR_LENGTH);
    try {
      LocalDate day = LocalDate.parse(text);
      if (day.getYear() >= FIRST_YEAR && day.getYear() <= LAST_YEAR) {
        return day;
      }
    } catch (DateTimeException e) {
      // Told below.
    }
    throw fields.invalidField(field, "must be a UTC day, such as 2026-11-24");
  }

  private LocalDate readLastDay(RequestFields fields, LocalDate from) {
    LocalDate to = fields.find("to").isPresent() ? readDay(fields, "to") : from;
    if (to.isBefore(from)) {
      throw fields.invalidField("to", "must not be before from");
    }
    return to;
  }

  private static ObjectNode object() {
    return JsonNodeFactory.withExactBigDecimals(true).objectNode();
  }
}
