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
import dev.tollgate.function.http.Access;
import dev.tollgate.function.http.ApiError;
import dev.tollgate.function.http.Fields;
import dev.tollgate.function.http.Front;
import dev.tollgate.function.http.HttpAnswer;
import dev.tollgate.function.http.HttpRequest;
import dev.tollgate.function.http.RefusedException;
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
class LedgerRoutes {
  private static final Logger LOG = Logger.getLogger(LedgerRoutes.class);
  private static final Set<Role> FINANCE = EnumSet.of(Role.FINANCE, Role.ADMIN);
  private static final Set<Role> ADMINS = EnumSet.of(Role.ADMIN);

  /** A part ends in time for its last step, which takes a second or two. */
  private static final Duration PART = Duration.ofSeconds(12);

  private static final int MOST_REPRICED = 1_000;
  private static final int MOST_REPLAYED = 500;
  private static final int LONGEST_NAME = 256;
  private static final int LONGEST_CURSOR = 256;
  private static final int FIRST_YEAR = 2000;
  private static final int LAST_YEAR = 9999;
  private static final Duration CLOCK_SKEW = Duration.ofMinutes(5);

  private final Front front;
  private final Access access;
  private final CostLedger ledger;
  private final DeadLetterCalls spilled;
  private final LedgerRepair repair;
  private final Repricing repricing;
  private final UserErasure erasure;
  private final PriceBook prices;
  private final Clock clock;

  LedgerRoutes(
      Front front,
      Access access,
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

  HttpAnswer http(HttpRequest request) {
    return switch (request.method() + " " + String.join("/", request.segments())) {
      case "POST admin/costs/repair" -> {
        permit(request, FINANCE);
        yield HttpAnswer.of(200, repair(front.object(request)));
      }
      case "POST admin/costs/reprice" -> {
        Caller caller = permit(request, FINANCE);
        yield HttpAnswer.of(200, reprice(front.object(request), caller));
      }
      case "POST admin/costs/prices/compare" -> {
        permit(request, FINANCE);
        yield HttpAnswer.of(200, compare(request.body()));
      }
      case "POST admin/costs/replay" -> {
        permit(request, ADMINS);
        yield HttpAnswer.of(200, replay(front.object(request)));
      }
      case "POST admin/users/erase" -> {
        Caller caller = permit(request, ADMINS);
        yield HttpAnswer.of(200, erase(front.object(request), caller));
      }
      default -> throw new RefusedException(ApiError.noSuchRoute(request.method(), request.path()));
    };
  }

  JsonNode direct(String action, ObjectNode fields) {
    return switch (action) {
      case "clear" -> clear(fields);
      case "repair" -> repair(fields);
      case "reprice" -> reprice(fields, Caller.DIRECT);
      case "replay" -> replay(fields);
      case "erase" -> erase(fields, Caller.DIRECT);
      default ->
          throw new RefusedException(
              ApiError.invalid(
                  "action",
                  "Unknown action %s: costLedger knows clear, repair, reprice, replay and erase."
                      .formatted(action)));
    };
  }

  private Caller permit(HttpRequest request, Set<Role> roles) {
    Caller caller = access.require(request, roles);
    access.requireNoLimits(caller);
    return caller;
  }

  /** Forgets what the calls table can bring back; to be followed by a repair of all days. */
  private ObjectNode clear(ObjectNode body) {
    Fields unused = new Fields(body, Set.of());
    return changing(
        () -> {
          ledger.clear();
          return object().put("cleared", true);
        });
  }

  private ObjectNode repair(ObjectNode body) {
    Fields fields = new Fields(body, Set.of("day", "cursor"));
    Optional<LocalDate> day =
        fields.find("day").isPresent() ? Optional.of(day(fields, "day")) : Optional.empty();
    Optional<String> cursor = fields.optionalLine("cursor", LONGEST_CURSOR);
    RepairResult part = changing(() -> repair.repair(day, cursor, deadline()));
    return object()
        .put("day", day.map(LocalDate::toString).orElse(null))
        .put("read", part.read())
        .put("booked", part.inserted())
        .put("unreadable", part.unreadable())
        .put("cursor", part.next().orElse(null));
  }

  private ObjectNode reprice(ObjectNode body, Caller caller) {
    Fields fields = new Fields(body, Set.of("from", "to", "model", "known_on", "apply", "cursor"));
    LocalDate from = day(fields, "from");
    LocalDate to = lastDay(fields, from);
    Repricing.Scope scope =
        new Repricing.Scope(from, to, fields.optionalLine("model", LONGEST_NAME));
    PriceBook book =
        fields.find("known_on").isPresent() ? prices.asOf(day(fields, "known_on")) : prices;
    boolean apply = fields.flag("apply");
    Optional<String> by = apply ? Optional.of(caller.keyId()) : Optional.empty();
    Optional<CallId> cursor =
        fields.optionalLine("cursor", LONGEST_CURSOR).map(LedgerRoutes::callId);
    Repricing.Page part = changing(() -> reprice(scope, book, cursor, by));
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
    Repricing.Page all = repricing.reprice(scope, book, cursor, MOST_REPRICED, by);
    while (all.next().isPresent() && clock.instant().isBefore(deadline)) {
      all = all.plus(repricing.reprice(scope, book, all.next(), MOST_REPRICED, by));
    }
    return all;
  }

  private ObjectNode compare(String yaml) {
    PriceBook newer;
    try {
      newer = PriceBook.read(yaml);
    } catch (IllegalArgumentException e) {
      throw new RefusedException(
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
        new Fields(body, Set.of("calls")).get("calls", "a list of records as they were spilled");
    if (!list.isArray() || list.size() > MOST_REPLAYED) {
      throw Fields.invalid("calls", "must be a list of at most " + MOST_REPLAYED + " records");
    }
    List<CallRecord> calls = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      calls.add(spilled("calls." + i, list.get(i)));
    }
    RestoreResult part = restored(calls);
    return object()
        .put("restored", part.restored())
        .put("known", part.read() - part.restored())
        .put("left", calls.size() - part.read());
  }

  private RestoreResult restored(List<CallRecord> calls) {
    try {
      return spilled.restore(calls, deadline());
    } catch (BudgetsUnavailableException e) {
      LOG.error("not all records were replayed", e);
      throw new RefusedException(
          ApiError.fault(
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
      throw Fields.invalid(field, "is no call record: " + e.getMessage());
    }
    Instant now = clock.instant();
    if (call.time().isAfter(now.plus(CLOCK_SKEW))
        || call.time().isBefore(now.minus(Duration.ofDays(CallArchive.RETENTION_DAYS)))) {
      throw Fields.invalid(
          field,
          "is of %s: a call is of the last %d days"
              .formatted(call.time(), CallArchive.RETENTION_DAYS));
    }
    return call;
  }

  private ObjectNode erase(ObjectNode body, Caller caller) {
    Fields fields = new Fields(body, Set.of("team", "user_id", "cursor"));
    String team = fields.line("team", "the team whose user it is", LONGEST_NAME);
    String user = fields.line("user_id", "the user to erase", LONGEST_NAME);
    Optional<String> cursor = fields.optionalLine("cursor", LONGEST_CURSOR);
    ErasureResult part =
        changing(() -> erasure.erase(team, user, cursor, caller.keyId(), deadline()));
    return object()
        .put("team", team)
        .put("pseudonym", part.pseudonym())
        .put("calls", part.calls())
        .put("cursor", part.cursor().orElse(null));
  }

  private <T> T changing(Supplier<T> books) {
    try {
      return books.get();
    } catch (LedgerUnavailableException e) {
      LOG.error("the ledger was not changed", e);
      throw new RefusedException(
          ApiError.fault(
              503,
              "ledger_unavailable",
              "PostgreSQL, which keeps the cost ledger, did not do this: try again, it goes on"
                  + " where it ended."));
    } catch (CallArchive.InvalidCursorException e) {
      throw Fields.invalid("cursor", "must be the one that the part before answered with");
    }
  }

  private Instant deadline() {
    return clock.instant().plus(PART);
  }

  private static CallId callId(String cursor) {
    try {
      return new CallId(cursor);
    } catch (IllegalArgumentException e) {
      throw Fields.invalid("cursor", "must be the one that the part before answered with");
    }
  }

  private static LocalDate day(Fields fields, String field) {
    String text = fields.line(field, "a UTC day, such as 2026-11-24", LONGEST_CURSOR);
    try {
      LocalDate day = LocalDate.parse(text);
      if (day.getYear() >= FIRST_YEAR && day.getYear() <= LAST_YEAR) {
        return day;
      }
    } catch (DateTimeException e) {
      // Told below.
    }
    throw fields.refuse(field, "must be a UTC day, such as 2026-11-24");
  }

  private LocalDate lastDay(Fields fields, LocalDate from) {
    LocalDate to = fields.find("to").isPresent() ? day(fields, "to") : from;
    if (to.isBefore(from)) {
      throw fields.refuse("to", "must not be before from");
    }
    return to;
  }

  private static ObjectNode object() {
    return JsonNodeFactory.withExactBigDecimals(true).objectNode();
  }
}
