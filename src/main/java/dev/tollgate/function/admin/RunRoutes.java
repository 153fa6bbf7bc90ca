package dev.tollgate.function.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.evaluation.Attempt;
import dev.tollgate.evaluation.Regression;
import dev.tollgate.evaluation.Run;
import dev.tollgate.evaluation.RunId;
import dev.tollgate.evaluation.RunLauncher;
import dev.tollgate.evaluation.RunStore;
import dev.tollgate.evaluation.suite.SuiteException;
import dev.tollgate.function.http.ApiError;
import dev.tollgate.function.http.Fields;
import dev.tollgate.function.http.HttpAnswer;
import dev.tollgate.function.http.HttpRequest;
import dev.tollgate.function.http.Page;
import dev.tollgate.function.http.PromptNames;
import dev.tollgate.function.http.Refusals;
import dev.tollgate.function.http.RefusedException;
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

  private static final Pattern ATTEMPT = Pattern.compile("([a-z0-9-]{1,64}):([0-9]{1,4})");

  private final PromptRegistry registry;
  private final PromptStore prompts;
  private final RunStore runs;
  private final Provider<Regression> regression;

  /**
   * @param regression made with the first run that is started: all that asks models comes with it
   */
  public RunRoutes(
      PromptRegistry registry,
      PromptStore prompts,
      RunStore runs,
      Provider<Regression> regression) {
    this.registry = registry;
    this.prompts = prompts;
    this.runs = runs;
    this.regression = regression;
  }

  HttpAnswer start(PromptName name, VersionRef ref, Caller caller) {
    ResolvedVersion found = Refusals.orRefuse(registry.resolve(name, ref));
    try {
      Run run = regression.get().test(found.version(), suite(found.state()), caller.keyId());
      return HttpAnswer.of(202, RunAnswers.run(run, 0));
    } catch (SuiteException e) {
      throw new RefusedException(
          ApiError.conflict(
              "suite_invalid",
              "name",
              "The suite of %s cannot be run: %s. PUT one that can."
                  .formatted(name, e.getMessage())));
    } catch (RunLauncher.NotLaunchedException e) {
      LOG.error("a run could not be started", e);
      throw new RefusedException(
          ApiError.fault(
              503, "run_not_started", "No function could be had for the run: try again."));
    }
  }

  private Suite suite(PromptState state) {
    return state
        .suiteHash()
        .flatMap(hash -> prompts.findSuite(state.name(), hash))
        .orElseThrow(
            () ->
                new RefusedException(
                    ApiError.conflict(
                        "no_suite",
                        "name",
                        "Prompt %s has no suite to run: PUT one.".formatted(state.name()))));
  }

  /** A run, and its attempts from a cursor on, as far as they are made. */
  HttpAnswer show(PromptName name, String id, HttpRequest request) {
    Run run =
        RunId.parse(id)
            .flatMap(runId -> runs.find(name, runId))
            .orElseThrow(
                () ->
                    new RefusedException(
                        ApiError.notFound(
                            "run_not_found",
                            "run_id",
                            "Prompt %s has no run %s; runs are kept for 90 days."
                                .formatted(name, id))));
    int limit = Page.limit(request);
    Optional<Attempt.Key> after =
        Optional.ofNullable(request.query().get("cursor")).map(RunRoutes::key);
    List<Attempt> attempts = runs.attempts(run, after, limit + 1);
    ObjectNode answer = RunAnswers.run(run, runs.made(run));
    runs.find(name, run.id().comparison())
        .ifPresent(comparison -> answer.set("comparison", RunAnswers.reference(comparison)));
    TablePage page =
        TablePage.page(
            List.of(),
            attempts.stream().map(RunAnswers::attempt).toList(),
            limit,
            shown -> cursor(attempts.get(shown - 1)));
    return HttpAnswer.of(200, page.putInto(answer, "attempts"));
  }

  private static String cursor(Attempt last) {
    return last.caseId() + ":" + last.number();
  }

  private static Attempt.Key key(String cursor) {
    Matcher parts = ATTEMPT.matcher(cursor);
    if (!parts.matches()) {
      throw Fields.invalid("cursor", "must be one that this list gave");
    }
    return new Attempt.Key(parts.group(1), Integer.parseInt(parts.group(2)));
  }

  HttpAnswer list(PromptName name, HttpRequest request) {
    PromptState state = PromptNames.head(prompts, name);
    int limit = Page.limit(request);
    Optional<RunId> before =
        Optional.ofNullable(request.query().get("cursor"))
            .map(
                cursor ->
                    RunId.parse(cursor)
                        .orElseThrow(() -> Fields.invalid("cursor", "must be a run's id")));
    List<Run> newest = runs.newest(name, before, limit);
    ObjectNode answer = PromptAnswers.object().put("name", state.name().value());
    ArrayNode list = answer.putArray("runs");
    newest.forEach(run -> list.add(RunAnswers.run(run)));
    boolean more = newest.size() == limit;
    return HttpAnswer.of(200, answer.put("cursor", more ? newest.getLast().id().value() : null));
  }
}
