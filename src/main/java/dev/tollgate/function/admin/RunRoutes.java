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
import dev.tollgate.function.http.HttpResponse;
import dev.tollgate.function.http.PromptNames;
import dev.tollgate.function.http.RequestFields;
import dev.tollgate.function.http.Route;
import dev.tollgate.function.http.RouteRequest;
import dev.tollgate.function.http.TablePage;
import dev.tollgate.identity.Role;
import dev.tollgate.json.JsonNodes;
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
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;

/** Routes for the test runs of a prompt. */
@Singleton
public class RunRoutes {
  private static final Logger LOG = Logger.getLogger(RunRoutes.class);

  private static final Set<Role> AUTHORS = Set.of(Role.AUTHOR, Role.ADMIN);
  private static final Pattern ATTEMPT_CURSOR = Pattern.compile("([a-z0-9-]{1,64}):([0-9]{1,4})");

  private final PromptRegistry registry;
  private final PromptStore prompts;
  private final RunStore runs;
  private final Provider<TestRunService> service;

  /**
   * @param service created with the first run, because it needs the whole call pipeline
   */
  public RunRoutes(
      PromptRegistry registry,
      PromptStore prompts,
      RunStore runs,
      Provider<TestRunService> service) {
    this.registry = registry;
    this.prompts = prompts;
    this.runs = runs;
    this.service = service;
  }

  List<Route> routes() {
    return List.of(
        Route.post(
            "/admin/prompts/{name}/versions/{version}/runs", AUTHORS, "New test run", this::start),
        Route.get("/admin/prompts/{name}/runs", AUTHORS, "Test runs", this::list),
        Route.get("/admin/prompts/{name}/runs/{run}", AUTHORS, "Test run", this::show));
  }

  private HttpResponse start(RouteRequest request) {
    PromptName name = request.promptName();
    VersionRef ref = PromptNames.parseVersion("version", request.parameter("version"));
    ResolvedVersion found = ErrorMapper.orThrow(registry.resolve(name, ref));
    try {
      TestRun run =
          service
              .get()
              .startGateRun(found.version(), requireSuite(found.state()), request.caller().keyId());
      return HttpResponse.of(202, RunResponses.run(run, 0));
    } catch (InvalidSuiteException e) {
      throw new ApiException(
          ApiError.conflict(
              "suite_invalid",
              "name",
              "The test suite of %s is invalid: %s. Fix the suite and push it again."
                  .formatted(name, e.getMessage())));
    } catch (RunLauncher.LaunchFailedException e) {
      LOG.errorf(e, "Failed to start test run of %s@%d", name, found.version().number());
      throw new ApiException(
          ApiError.serverError(
              503,
              "run_not_started",
              "Failed to start the test run: Lambda rejected the invocation. Try again."));
    }
  }

  private Suite requireSuite(PromptState state) {
    return state
        .suiteHash()
        .flatMap(hash -> prompts.findSuite(state.name(), hash))
        .orElseThrow(
            () -> new ApiException(ApiError.conflict("no_suite", "name", noTests(state.name()))));
  }

  /** The message for a prompt without a test suite. */
  static String noTests(PromptName name) {
    return "%s has no tests. Add prompts/%s.tests.yaml and run `tollgate prompts push %s`."
        .formatted(name, name, name);
  }

  /** A run, and a page of its finished attempts. */
  private HttpResponse show(RouteRequest request) {
    PromptName name = request.promptName();
    String id = request.parameter("run");
    TestRun run =
        RunId.parse(id)
            .flatMap(runId -> runs.find(name, runId))
            .orElseThrow(
                () ->
                    new ApiException(
                        ApiError.notFound(
                            "run_not_found",
                            "run_id",
                            "Prompt %s has no test run %s. Runs are stored for 90 days."
                                .formatted(name, id))));
    int limit = request.limit();
    Optional<Attempt.Key> after = request.query("cursor").map(RunRoutes::parseCursor);
    List<Attempt> attempts = runs.listAttempts(run, after, limit + 1);
    ObjectNode response = RunResponses.run(run, runs.countAttempts(run));
    runs.find(name, run.id().comparisonId())
        .ifPresent(comparison -> response.set("comparison", RunResponses.reference(comparison)));
    TablePage page =
        TablePage.of(
            List.of(),
            attempts.stream().map(RunResponses::attempt).toList(),
            limit,
            shown -> toCursor(attempts.get(shown - 1)));
    return HttpResponse.of(200, page.addTo(response, "attempts"));
  }

  private static String toCursor(Attempt last) {
    return last.caseId() + ":" + last.number();
  }

  private static Attempt.Key parseCursor(String cursor) {
    Matcher parts = ATTEMPT_CURSOR.matcher(cursor);
    if (!parts.matches()) {
      throw RequestFields.invalid("cursor", "must be the cursor of a previous page");
    }
    return new Attempt.Key(parts.group(1), Integer.parseInt(parts.group(2)));
  }

  private HttpResponse list(RouteRequest request) {
    PromptName name = request.promptName();
    PromptState state = PromptNames.requireState(prompts, name);
    int limit = request.limit();
    Optional<RunId> before =
        request
            .query("cursor")
            .map(
                cursor ->
                    RunId.parse(cursor)
                        .orElseThrow(
                            () -> RequestFields.invalid("cursor", "must be the id of a test run")));
    List<TestRun> newest = runs.listNewest(name, before, limit);
    ObjectNode response = JsonNodes.object().put("name", state.name().value());
    ArrayNode list = response.putArray("runs");
    newest.forEach(run -> list.add(RunResponses.run(run)));
    boolean more = newest.size() == limit;
    return HttpResponse.of(
        200, response.put("cursor", more ? newest.getLast().id().value() : null));
  }
}
