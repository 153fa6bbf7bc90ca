package dev.tollgate.function.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.evaluation.Attempt;
import dev.tollgate.evaluation.RunId;
import dev.tollgate.evaluation.RunLauncher;
import dev.tollgate.evaluation.RunStore;
import dev.tollgate.evaluation.TestRun;
import dev.tollgate.evaluation.TestRunService;
import dev.tollgate.evaluation.suite.InvalidSuiteException;
import dev.tollgate.function.http.ApiError;
import dev.tollgate.function.http.ApiException;
import dev.tollgate.function.http.ErrorMapper;
import dev.tollgate.function.http.HttpRequest;
import dev.tollgate.function.http.HttpResponse;
import dev.tollgate.function.http.Pagination;
import dev.tollgate.function.http.PromptNames;
import dev.tollgate.function.http.RequestFields;
import dev.tollgate.function.http.TablePage;
import dev.tollgate.identity.Caller;
import dev.tollgate.prompt.PromptName;
import dev.tollgate.prompt.PromptRegistry;
import dev.tollgate.prompt.PromptRegistry.ResolvedVersion;
import dev.tollgate.prompt.PromptState;
import dev.tollgate.prompt.PromptStore;
import dev.tollgate.prompt.Suite;
import dev.tollgate.prompt.VersionRef;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;

/** Runs of a prompt's tests over HTTP. */
@Singleton
public class RunRoutes {
  private static final Logger LOG = Logger.getLogger(RunRoutes.class);

  private static final Pattern ATTEMPT_CURSOR = Pattern.compile("([a-z0-9-]{1,64}):([0-9]{1,4})");

  private final PromptRegistry registry;
  private final PromptStore prompts;
  private final RunStore runs;
  private final Provider<TestRunService> regression;

  /**
   * @param regression made with the first run that is started: all that asks models comes with it
   */
  public RunRoutes(
      PromptRegistry registry,
      PromptStore prompts,
      RunStore runs,
      Provider<TestRunService> regression) {
    this.registry = registry;
    this.prompts = prompts;
    this.runs = runs;
    this.regression = regression;
  }

  HttpResponse start(PromptName name, VersionRef ref, Caller caller) {
    ResolvedVersion found = ErrorMapper.orThrow(registry.resolve(name, ref));
    try {
      TestRun run =
          regression
              .get()
              .startGateRun(found.version(), requireSuite(found.state()), caller.keyId());
      return HttpResponse.of(202, RunResponses.run(run, 0));
    } catch (InvalidSuiteException e) {
      throw new ApiException(
          ApiError.conflict(
              "suite_invalid",
              "name",
              "The suite of %s cannot be run: %s. PUT one that can."
                  .formatted(name, e.getMessage())));
    } catch (RunLauncher.LaunchFailedException e) {
      LOG.error("a run could not be started", e);
      throw new ApiException(
          ApiError.serverError(
              503, "run_not_started", "No function could be had for the run: try again."));
    }
  }

  private Suite requireSuite(PromptState state) {
    return state
        .suiteHash()
        .flatMap(hash -> prompts.findSuite(state.name(), hash))
        .orElseThrow(
            () ->
                new ApiException(
                    ApiError.conflict(
                        "no_suite",
                        "name",
                        "Prompt %s has no suite to run: PUT one.".formatted(state.name()))));
  }

  /** A run, and its attempts from a cursor on, as far as they are made. */
  HttpResponse show(PromptName name, String id, HttpRequest request) {
    TestRun run =
        RunId.parse(id)
            .flatMap(runId -> runs.find(name, runId))
            .orElseThrow(
                () ->
                    new ApiException(
                        ApiError.notFound(
                            "run_not_found",
                            "run_id",
                            "Prompt %s has no run %s; runs are kept for 90 days."
                                .formatted(name, id))));
    int limit = Pagination.limit(request);
    Optional<Attempt.Key> after =
        Optional.ofNullable(request.queryParameters().get("cursor")).map(RunRoutes::parseCursor);
    List<Attempt> attempts = runs.listAttempts(run, after, limit + 1);
    ObjectNode answer = RunResponses.run(run, runs.countAttempts(run));
    runs.find(name, run.id().comparisonId())
        .ifPresent(comparison -> answer.set("comparison", RunResponses.reference(comparison)));
    TablePage page =
        TablePage.of(
            List.of(),
            attempts.stream().map(RunResponses::attempt).toList(),
            limit,
            shown -> toCursor(attempts.get(shown - 1)));
    return HttpResponse.of(200, page.addTo(answer, "attempts"));
  }

  private static String toCursor(Attempt last) {
    return last.caseId() + ":" + last.number();
  }

  private static Attempt.Key parseCursor(String cursor) {
    Matcher parts = ATTEMPT_CURSOR.matcher(cursor);
    if (!parts.matches()) {
      throw RequestFields.invalid("cursor", "must be one that this list gave");
    }
    return new Attempt.Key(parts.group(1), Integer.parseInt(parts.group(2)));
  }

  HttpResponse list(PromptName name, HttpRequest request) {
    PromptState state = PromptNames.requireHead(prompts, name);
    int limit = Pagination.limit(request);
    Optional<RunId> before =
        Optional.ofNullable(request.queryParameters().get("cursor"))
            .map(
                cursor ->
                    RunId.parse(cursor)
                        .orElseThrow(() -> RequestFields.invalid("cursor", "must be a run's id")));
    List<TestRun> newest = runs.listNewest(name, before, limit);
    ObjectNode answer = PromptResponses.object().put("name", state.name().value());
    ArrayNode list = answer.putArray("runs");
    newest.forEach(run -> list.add(RunResponses.run(run)));
    boolean more = newest.size() == limit;
    return HttpResponse.of(200, answer.put("cursor", more ? newest.getLast().id().value() : null));
  }
}
