package dev.tollgate.cli.prompts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.cli.client.Api;
import dev.tollgate.cli.client.Json;
import dev.tollgate.cli.client.Session;
import dev.tollgate.cli.runs.JUnitReport;
import dev.tollgate.cli.runs.RunReport;
import dev.tollgate.cli.runs.SuiteRun;
import dev.tollgate.promptfile.PromptFile;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Tests a version against the prompt's suite. */
@Command(
    name = "test",
    description = "Test a version against the prompt's suite, which opens the gate if it passes.",
    exitCodeList = {
      " 0:the version passed",
      " 1:an error, or the run says nothing because too little could be asked or judged",
      " 3:the version failed"
    })
public final class TestCommand implements Callable<Integer> {
  private final Session session;

  @Parameters(paramLabel = "NAME", description = "The prompt.")
  private String name = "";

  @ArgGroup private final Which which = new Which();

  @Mixin private final FilesOption files = new FilesOption();

  @Mixin private final RegistrationOptions registration = new RegistrationOptions();

  @Option(names = "--junit", paramLabel = "FILE", description = "Write a JUnit report, too.")
  private Optional<String> junit = Optional.empty();

  public TestCommand(Session session) {
    this.session = session;
  }

  /** Which version to test. */
  static final class Which {
    @Option(
        names = "--version",
        paramLabel = "REF",
        description = "A version, a label, production or latest; default: latest.")
    private String version = "latest";

    @Option(
        names = "--file",
        description = "Register the prompt's file and its suite first, and test that.")
    private boolean file;
  }

  @Override
  public Integer call() {
    Api api = session.api();
    String ref = which.file ? registered(api) : which.version;
    ObjectNode run = new SuiteRun(session, api).run(name, ref);
    junit.ifPresent(file -> JUnitReport.write(run, session.resolve(file)));
    session.print(run, () -> RunReport.of(run));
    return SuiteRun.exitCode(run);
  }

  private String registered(Api api) {
    PromptFile file = files.file(session, files.directory(session), name);
    JsonNode version =
        new Registration(session, api, files, registration).push(file, Json.object());
    return Json.text(version.path("version"));
  }
}
