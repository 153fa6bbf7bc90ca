package dev.tollgate.cli.prompts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.cli.client.ApiClient;
import dev.tollgate.cli.client.Json;
import dev.tollgate.cli.client.Session;
import dev.tollgate.cli.runs.JUnitReport;
import dev.tollgate.cli.runs.TestRunReport;
import dev.tollgate.cli.runs.TestRunner;
import dev.tollgate.promptfile.PromptFile;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs a prompt's tests on a version. */
@Command(
    name = "test",
    description = "Run a prompt's tests on a version. If they pass, the version can be activated.",
    exitCodeList = {
      " 0:the version passed",
      " 1:an error, or an invalid run: too few cases were answered or judged",
      " 3:the version failed"
    })
final class TestCommand implements Callable<Integer> {
  private final Session session;

  @Parameters(paramLabel = "NAME", description = "The prompt.")
  private String name = "";

  @ArgGroup private final VersionSource source = new VersionSource();

  @Mixin private final FilesOption files = new FilesOption();

  @Mixin private final RegistrationOptions registration = new RegistrationOptions();

  @Option(names = "--junit", paramLabel = "FILE", description = "Also write a JUnit report.")
  private Optional<String> junit = Optional.empty();

  TestCommand(Session session) {
    this.session = session;
  }

  /** The version to test. */
  static final class VersionSource {
    @Option(
        names = "--version",
        paramLabel = "REF",
        description = "A version, a label, production or latest; default: latest.")
    private String version = "latest";

    @Option(
        names = "--file",
        description = "Register the prompt's file and its tests first, and test that version.")
    private boolean file;
  }

  @Override
  public Integer call() {
    ApiClient api = session.api();
    String ref = source.file ? registerFile(api) : source.version;
    ObjectNode run = new TestRunner(session, api).run(name, ref);
    junit.ifPresent(file -> JUnitReport.write(run, session.resolve(file)));
    session.print(run, () -> TestRunReport.of(run));
    return TestRunner.exitCode(run);
  }

  private String registerFile(ApiClient api) {
    PromptFile file = files.requireFile(session, files.directory(session), name);
    JsonNode version =
        new PromptPusher(session, api, files, registration).push(file, Json.object());
    return Json.text(version.path("version"));
  }
}
