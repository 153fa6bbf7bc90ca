package dev.tollgate.function.costs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
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
import dev.tollgate.function.http.ActionTable.Action;
import dev.tollgate.function.http.ApiError;
import dev.tollgate.function.http.ApiException;
import dev.tollgate.function.http.HttpResponse;
import dev.tollgate.function.http.RequestFields;
import dev.tollgate.function.http.Route;
import dev.tollgate.identity.Caller;
import dev.tollgate.identity.Role;
import dev.tollgate.json.JsonNodes;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * Routes that change the cost ledger: repair, repricing, replay of dead-letter calls, erasure of
 * users. Each processes a part within API Gateway's timeout, and returns the cursor of the next.
 */
@Singleton
class CostLedgerRoutes {
  private static final Logger LOG = Logger.getLogger(CostLedgerRoutes.class);
  private static final Set<Role> FINANCE = Set.of(Role.FINANCE, Role.ADMIN);
  private static final Set<Role> ADMINS = Set.of(Role.ADMIN);

  /** Below API Gateway's timeout, because the last step of a part takes a second or two. */
  private static final Duration TIME_SLICE = Duration.ofSeconds(12);

  private static final int MAX_REPRICED_CALLS = 1_000;
  private static final int MAX_REPLAYED_CALLS = 500;
  private static final int MAX_NAME_LENGTH = 256;
  private static final int MAX_CURSOR_LENGTH = 256;
  private static final int FIRST_YEAR = 2000;
  private static final int LAST_YEAR = 9999;
  private static final Duration CLOCK_SKEW = Duration.ofMinutes(5);

  private final CostLedger ledger;
  private final DeadLetterCalls deadLetters;
  private final LedgerRepair repair;
  private final Repricing repricing;
  private final UserErasure erasure;
  private final PriceBook prices;
  private final Clock clock;

  CostLedgerRoutes(
      CostLedger ledger,
      DeadLetterCalls deadLetters,
      LedgerRepair repair,
      Repricing repricing,
      UserErasure erasure,
      PriceBook prices,
      Clock clock) {
    this.ledger = ledger;
    this.deadLetters = deadLetters;
    this.repair = repair;
    this.repricing = repricing;
    this.erasure = erasure;
    this.prices = prices;
    this.clock = clock;
  }

  List<Route> routes() {
    return Stream.of(
            Route.post(
                "/admin/costs/repair",
                FINANCE,
                "Repair of the cost ledger",
                it -> HttpResponse.of(200, repair(it.body()))),
            Route.post(
                "/admin/costs/reprice",
                FINANCE,
                "Repricing of calls",
                it -> HttpResponse.of(200, reprice(it.body(), it.caller()))),
            Route.post(
                "/admin/costs/prices/compare",
                FINANCE,
                "Comparison of price books",
                it -> HttpResponse.of(200, compare(it.http().body()))),
            Route.post(
                "/admin/costs/replay",
                ADMINS,
                "Replay of dead-letter calls",
                it -> HttpResponse.of(200, replay(it.body()))),
            Route.post(
                "/admin/users/erase",
                ADMINS,
                "Erasure of a user",
                it -> HttpResponse.of(200, erase(it.body(), it.caller()))))
        .map(Route::requireUnrestrictedKey)
        .toList();
  }

  List<Action> actions() {
    return List.of(
        new Action("clear", this::clear),
        new Action("repair", this::repair),
        new Action("reprice", fields -> reprice(fields, Caller.DIRECT)),
        new Action("replay", this::replay),
        new Action("erase", fields -> erase(fields, Caller.DIRECT)));
  }

  /** Deletes what the calls table can restore. A repair of all days must follow. */
  private ObjectNode clear(ObjectNode body) {
    RequestFields unused = new RequestFields(body, Set.of());
    return translateErrors(
        () -> {
          ledger.clear();
          return JsonNodes.object().put("cleared", true);
        });
  }

  private ObjectNode repair(ObjectNode body) {
    RequestFields fields = new RequestFields(body, Set.of("day", "cursor"));
    Optional<LocalDate> day =
        fields.find("day").isPresent() ? Optional.of(readDay(fields, "day")) : Optional.empty();
    Optional<String> cursor = fields.optionalSingleLine("cursor", MAX_CURSOR_LENGTH);
    RepairResult part = translateErrors(() -> repair.repair(day, cursor, deadline()));
    return JsonNodes.object()
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
    ObjectNode response =
        JsonNodes.object()
            .put("from", from.toString())
            .put("to", to.toString())
            .put("applied", apply)
            .put("calls", part.calls());
    ArrayNode differences = response.putArray("differences");
    for (Repricing.Difference difference : part.differences()) {
      differences
          .addObject()
          .put("provider", difference.provider())
          .put("model", difference.model())
          .put("calls", difference.calls())
          .put("before_usd", difference.before())
          .put("after_usd", difference.after());
    }
    return response.put("cursor", part.next().map(CallId::value).orElse(null));
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
          ApiError.invalid("body", "Invalid price book: %s.".formatted(e.getMessage())));
    }
    ObjectNode response = JsonNodes.object();
    ArrayNode changes = response.putArray("changes");
    for (PriceBook.Change change : prices.diff(newer)) {
      changes
          .addObject()
          .put("price_id", change.priceId())
          .put("rate", change.rate())
          .put("before", change.before().orElse(null))
          .put("after", change.after().orElse(null));
    }
    return response;
  }

  /**
   * Restores records into the calls table, whose stream inserts them into the ledger. The caller
   * sends the records that are left at the end of the list again.
   */
  private ObjectNode replay(ObjectNode body) {
    JsonNode list =
        new RequestFields(body, Set.of("calls"))
            .require("calls", "a list of dead-letter call records");
    if (!list.isArray() || list.size() > MAX_REPLAYED_CALLS) {
      throw RequestFields.invalid(
          "calls", "must be a list of at most " + MAX_REPLAYED_CALLS + " records");
    }
    List<CallRecord> calls = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      calls.add(parseCall("calls." + i, list.get(i)));
    }
    RestoreResult part = restore(calls);
    return JsonNodes.object()
        .put("restored", part.restored())
        .put("known", part.read() - part.restored())
        .put("left", calls.size() - part.read());
  }

  private RestoreResult restore(List<CallRecord> calls) {
    try {
      return deadLetters.restore(calls, deadline());
    } catch (BudgetsUnavailableException e) {
      LOG.error("Failed to replay all dead-letter calls", e);
      throw new ApiException(
          ApiError.serverError(
              503,
              "store_unavailable",
              "Failed to settle all records with their budgets. Retry: the operation resumes."));
    }
  }

  private CallRecord parseCall(String field, JsonNode record) {
    CallRecord call;
    try {
      call = CallRecordJson.read(record);
    } catch (IllegalArgumentException e) {
      throw RequestFields.invalid(field, "is not a valid call record: " + e.getMessage());
    }
    Instant now = clock.instant();
    if (call.time().isAfter(now.plus(CLOCK_SKEW))
        || call.time().isBefore(now.minus(Duration.ofDays(CallArchive.RETENTION_DAYS)))) {
      throw RequestFields.invalid(
          field,
          "is from %s: a call must be from the last %d days"
              .formatted(call.time(), CallArchive.RETENTION_DAYS));
    }
    return call;
  }

  private ObjectNode erase(ObjectNode body, Caller caller) {
    RequestFields fields = new RequestFields(body, Set.of("team", "user_id", "cursor"));
    String team = fields.singleLine("team", "the team of the user", MAX_NAME_LENGTH);
    String user = fields.singleLine("user_id", "the user to erase", MAX_NAME_LENGTH);
    Optional<String> cursor = fields.optionalSingleLine("cursor", MAX_CURSOR_LENGTH);
    ErasureResult part =
        translateErrors(() -> erasure.erase(team, user, cursor, caller.keyId(), deadline()));
    return JsonNodes.object()
        .put("team", team)
        .put("pseudonym", part.pseudonym())
        .put("calls", part.calls())
        .put("cursor", part.cursor().orElse(null));
  }

  private <T> T translateErrors(Supplier<T> operation) {
    try {
      return operation.get();
    } catch (LedgerUnavailableException e) {
      LOG.error("Failed to change the cost ledger: PostgreSQL unavailable", e);
      throw new ApiException(
          ApiError.serverError(
              503,
              "ledger_unavailable",
              "The cost ledger (PostgreSQL) is unavailable. Retry: the operation resumes."));
    } catch (CallArchive.InvalidCursorException e) {
      throw RequestFields.invalid("cursor", "must be the cursor of the previous response");
    }
  }

  private Instant deadline() {
    return clock.instant().plus(TIME_SLICE);
  }

  private static CallId parseCallId(String cursor) {
    try {
      return new CallId(cursor);
    } catch (IllegalArgumentException e) {
      throw RequestFields.invalid("cursor", "must be the cursor of the previous response");
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
      // The error below names the field.
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
}
