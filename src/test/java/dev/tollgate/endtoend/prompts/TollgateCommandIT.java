package dev.tollgate.endtoend.prompts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.cli.Tollgate;
import dev.tollgate.cli.prompts.GitRepository;
import dev.tollgate.endtoend.support.ApiClient;
import dev.tollgate.endtoend.support.TestClouds;
import dev.tollgate.local.LocalCloud;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The command with a running cloud: prompt files in git, the registry and keys. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class TollgateCommandIT {
  private static final String FORCE = "--activate --force --reason";

  private final LocalCloud cloud;

  TollgateCommandIT() throws IOException, InterruptedException {
    cloud = TestClouds.start("command");
  }

  @AfterAll
  void stop() {
    cloud.close();
  }

  /** The output and the exit code of a command. */
  private record CommandResult(int exitCode, String out, String err) {
    JsonNode json() throws IOException {
      return ApiClient.JSON.readTree(out);
    }

    @Override
    public String toString() {
      return exitCode + "\n" + out + err;
    }
  }

  @Test
  void pushesActivatesAndRollsBackAPromptFile(@TempDir Path folder) throws Exception {
    GitRepository git = repository(folder);
    git.write("prompts/greeting.txt", "Say hello.\n");
    git.commit("Greet");

    CommandResult unknown = tollgate(folder, "prompts status greeting");
    assertEquals(2, unknown.exitCode(), unknown.toString());
    assertTrue(unknown.out().contains("missing_in_registry"), unknown.toString());
    assertTrue(unknown.out().contains("tollgate prompts push greeting"), unknown.toString());

    CommandResult pushed = tollgate(folder, "prompts push greeting " + FORCE, "no suite yet");
    assertEquals(0, pushed.exitCode(), pushed.toString());
    assertTrue(pushed.out().contains("registered version 1"), pushed.toString());
    assertEquals(0, tollgate(folder, "prompts status greeting").exitCode());
    assertEquals(0, tollgate(folder, "prompts diff greeting").exitCode());

    CommandResult shown = tollgate(folder, "prompts show greeting");
    assertTrue(shown.out().endsWith("\n\nSay hello.\n"), shown.toString());
    CommandResult history = tollgate(folder, "prompts history greeting");
    assertTrue(history.out().contains("Ada Author"), history.toString());
    assertTrue(history.out().contains("Greet"), history.toString());

    git.write("prompts/greeting.txt", "Say hello, kindly.\n");
    CommandResult newer = tollgate(folder, "prompts status greeting --json");
    assertEquals(2, newer.exitCode(), newer.toString());
    assertEquals("file_newer", newer.json().path("prompts").path(0).path("state").asText());
    assertEquals(0, tollgate(folder, "prompts status greeting --allow file_newer").exitCode());
    CommandResult diff = tollgate(folder, "prompts diff greeting");
    assertEquals(2, diff.exitCode(), diff.toString());
    assertTrue(diff.out().contains("+Say hello, kindly."), diff.toString());
    assertTrue(diff.out().contains("-Say hello."), diff.toString());
    assertEquals(0, tollgate(folder, "prompts push greeting " + FORCE, "still none").exitCode());

    CommandResult again = tollgate(folder, "prompts push greeting --activate");
    assertEquals(0, again.exitCode(), again.toString());
    assertTrue(
        again.out().contains("unchanged: version 2 already has this content"), again.toString());
    assertTrue(again.out().contains("already active"), again.toString());

    CommandResult versions = tollgate(folder, "prompts diff greeting 1 2");
    assertEquals(0, versions.exitCode(), versions.toString());
    assertTrue(versions.out().contains("+Say hello, kindly."), versions.toString());

    CommandResult back = tollgate(folder, "prompts rollback greeting --reason", "too kind");
    assertEquals(0, back.exitCode(), back.toString());
    CommandResult older = tollgate(folder, "prompts status greeting");
    assertEquals(2, older.exitCode(), older.toString());
    CommandResult events = tollgate(folder, "prompts events greeting");
    assertEquals(0, events.exitCode(), events.toString());
    assertTrue(events.out().contains("too kind"), events.toString());
    assertTrue(events.out().contains("intact"), events.toString());
  }

  @Test
  void pullsAVersionThatWasRegisteredWithoutAFile(@TempDir Path folder) throws Exception {
    GitRepository git = repository(folder);
    git.write("prompts/answer.txt", "Answer.\n");
    git.commit("Answer");
    assertEquals(0, tollgate(folder, "prompts push answer " + FORCE, "first").exitCode());
    register("answer", "{\"content\": \"Answer briefly.\\n\", \"model\": \"claude-haiku-4-5\"}");
    assertEquals(
        0, tollgate(folder, "prompts activate answer 2 --force --reason", "urgent").exitCode());

    CommandResult edited = tollgate(folder, "prompts status answer --allow file_newer");
    assertEquals(2, edited.exitCode(), edited.toString());
    assertTrue(edited.out().contains("registry_edited"), edited.toString());
    assertTrue(edited.out().contains("tollgate prompts pull answer"), edited.toString());

    CommandResult pulled = tollgate(folder, "prompts pull answer");
    assertEquals(0, pulled.exitCode(), pulled.toString());
    assertEquals("Answer briefly.\n", read(folder, "answer.txt"));
    assertEquals(0, tollgate(folder, "prompts status answer").exitCode());

    register(
        "answer",
        """
        {"content": [{"role": "system", "content": "Answer {{context}}.\\n"},
                     {"role": "user", "content": "Now."}],
         "model": "claude-opus-5", "max_tokens": 77, "cacheable": true,
         "variables": {"context": "document"}}
        """);
    CommandResult chat = tollgate(folder, "prompts pull answer --ref 3 --json");
    assertEquals(0, chat.exitCode(), chat.toString());
    assertTrue(chat.json().path("prompts").path(0).path("written").asBoolean(), chat.toString());
    assertFalse(Files.exists(folder.resolve("prompts/answer.txt")));
    assertTrue(read(folder, "answer.yaml").contains("claude-opus-5"));
    CommandResult known = tollgate(folder, "prompts status answer --json");
    assertEquals(
        3,
        known.json().path("prompts").path(0).path("file").path("version").asInt(),
        known.toString());
  }

  @Test
  void reportsSettingsChangedInTheRegistryAsRegistryEdited(@TempDir Path folder) throws Exception {
    GitRepository git = repository(folder);
    git.write("prompts/tuned.txt", "Tune.\n");
    git.commit("Tune");
    assertEquals(0, tollgate(folder, "prompts push tuned " + FORCE, "first").exitCode());
    register(
        "tuned",
        "{\"content\": \"Tune.\\n\", \"model\": \"claude-haiku-4-5\", \"max_tokens\": 77}");
    assertEquals(
        0, tollgate(folder, "prompts activate tuned 2 --force --reason", "urgent").exitCode());
    assertEquals("registry_edited", state(folder, "tuned"));

    git.write("prompts/tuned.txt", "Tune well.\n");
    assertEquals("diverged", state(folder, "tuned"));
    git.commit("Tune well");
    git.write("prompts/tuned.txt", "Tune.\n");
    git.write("prompts/defaults.yaml", "model: claude-haiku-4-5\ntemperature: 0.5\n");
    assertEquals("diverged", state(folder, "tuned"));
  }

  @Test
  void reportsSettingsChangedInTheDefaultsAsFileNewer(@TempDir Path folder) throws Exception {
    GitRepository git = repository(folder);
    git.write("prompts/common.txt", "Common.\n");
    git.commit("Common");
    assertEquals(0, tollgate(folder, "prompts push common " + FORCE, "first").exitCode());

    git.write("prompts/defaults.yaml", "model: claude-haiku-4-5\nmax_tokens: 99\n");
    assertEquals("file_newer", state(folder, "common"));
    git.commit("Longer answers");
    assertEquals("file_newer", state(folder, "common"));
    git.write("prompts/common.txt", "Not so common.\n");
    git.commit("Another text");
    assertEquals("file_newer", state(folder, "common"));
  }

  @Test
  void pullKeepsUnregisteredContent(@TempDir Path folder) throws Exception {
    GitRepository git = repository(folder);
    git.write("prompts/mine.txt", "One.\n");
    assertEquals(0, tollgate(folder, "prompts push mine " + FORCE, "first").exitCode());
    git.write("prompts/mine.txt", "Hours of work.\n");

    CommandResult refused = tollgate(folder, "prompts pull mine");
    assertEquals(1, refused.exitCode(), refused.toString());
    assertTrue(refused.err().contains("--force"), refused.toString());
    assertEquals("Hours of work.\n", read(folder, "mine.txt"));

    assertEquals(0, tollgate(folder, "prompts pull mine --force").exitCode());
    assertEquals("One.\n", read(folder, "mine.txt"));
  }

  @Test
  void reportsARegisteredPromptWithoutAFile(@TempDir Path folder) throws Exception {
    repository(folder);
    register("orphan", "{\"content\": \"Alone.\\n\", \"model\": \"claude-haiku-4-5\"}");
    assertEquals(
        0, tollgate(folder, "prompts activate orphan 1 --force --reason", "test").exitCode());

    CommandResult all = tollgate(folder, "prompts status");
    assertEquals(2, all.exitCode(), all.toString());
    assertTrue(all.out().contains("missing_file"), all.toString());
    assertTrue(all.out().contains("tollgate prompts pull orphan"), all.toString());
    assertEquals(0, tollgate(folder, "prompts pull orphan").exitCode());
    assertEquals("Alone.\n", read(folder, "orphan.txt"));
    CommandResult unknown = tollgate(folder, "prompts status no-such-prompt orphan --json");
    assertEquals(1, unknown.exitCode(), unknown.toString());
    assertEquals("same", unknown.json().path("prompts").path(0).path("state").asText());
  }

  @Test
  void pushStoresHeldOutCasesWithTheSuite(@TempDir Path folder) throws Exception {
    GitRepository git = repository(folder);
    git.write("prompts/checked.txt", "Careful.\n");
    git.write("prompts/checked.tests.yaml", "tests:\n  - assert: [{type: equals, value: a}]\n");
    git.write("prompts/checked.heldout.yaml", "tests:\n  - assert: [{type: equals, value: b}]\n");

    CommandResult pushed = tollgate(folder, "prompts push checked");

    assertTrue(
        pushed.out().contains("checked: stored 2 test cases (1 held out)"), pushed.toString());
  }

  @Test
  void exitsWithThreeIfTheGateIsClosed(@TempDir Path folder) throws Exception {
    GitRepository git = repository(folder);
    git.write("prompts/gated.txt", "Careful.\n");
    git.write(
        "prompts/gated.tests.yaml",
        "tests:\n  - vars: {}\n    assert:\n      - type: contains\n        value: careful\n");

    CommandResult refused = tollgate(folder, "prompts push gated --activate");
    assertEquals(3, refused.exitCode(), refused.toString());
    assertTrue(refused.out().contains("registered version 1"), refused.toString());
    assertTrue(refused.out().contains("stored 1 test case\n"), refused.toString());
    CommandResult gate = tollgate(folder, "prompts gate gated");
    assertEquals(3, gate.exitCode(), gate.toString());
    assertTrue(gate.out().contains("cannot be activated"), gate.toString());
    assertEquals(3, tollgate(folder, "prompts activate gated 1").exitCode());
    assertEquals(
        0, tollgate(folder, "prompts activate gated 1 --force --reason", "sure").exitCode());
  }

  @Test
  void setsLabelsAndFreezesVersions(@TempDir Path folder) throws Exception {
    register("moved", "{\"content\": \"One.\", \"model\": \"claude-haiku-4-5\"}");
    assertEquals(0, tollgate(folder, "prompts label moved staging 1").exitCode());
    CommandResult shown = tollgate(folder, "prompts show moved@staging --json");
    assertEquals(1, shown.json().path("version").asInt(), shown.toString());
    assertEquals(
        0,
        tollgate(folder, "prompts label moved staging --delete --reason", "done with it")
            .exitCode());
    CommandResult events = tollgate(folder, "prompts events moved");
    assertTrue(events.out().contains("done with it"), events.toString());
    assertEquals(1, tollgate(folder, "prompts show moved@staging").exitCode());

    assertEquals(0, tollgate(folder, "prompts freeze moved 1 --reason", "bad answers").exitCode());
    CommandResult frozen = tollgate(folder, "prompts activate moved 1 --force --reason", "anyway");
    assertEquals(1, frozen.exitCode(), frozen.toString());
    assertEquals(0, tollgate(folder, "prompts unfreeze moved 1 --reason", "fixed").exitCode());
    CommandResult stale =
        tollgate(folder, "prompts activate moved 1 --force --revision 99 --reason", "late");
    assertEquals(1, stale.exitCode(), stale.toString());
    assertEquals(
        0, tollgate(folder, "prompts activate moved 1 --force --reason", "now").exitCode());
  }

  @Test
  void escapesControlCharactersOfTheServer(@TempDir Path folder) throws Exception {
    String bad = "{\"content\": \"Hello \\u202e there\", \"model\": \"claude-haiku-4-5\"}";
    register("escaped", bad);
    CommandResult shown = tollgate(folder, "prompts show escaped@latest");
    assertTrue(shown.out().contains("Hello \\u202e there"), shown.toString());
    CommandResult json = tollgate(folder, "prompts show escaped@latest --json");
    assertFalse(json.out().contains("\u202e"), json.toString());
    assertEquals("Hello \u202e there", json.json().path("content").asText());
  }

  @Test
  void createsListsRotatesAndRevokesKeys(@TempDir Path folder) throws Exception {
    CommandResult first = tollgate(folder, "keys bootstrap --json");
    assertEquals(0, first.exitCode(), first.toString());
    String admin = first.json().path("secret").asText();
    assertEquals("platform", first.json().path("team").asText());

    CommandResult made =
        tollgate(
            folder,
            "keys create --team payments --role invoke --role preview --expires 90d --json --key "
                + admin);
    assertEquals(0, made.exitCode(), made.toString());
    String id = made.json().path("id").asText();
    CommandResult rotated = tollgate(folder, "keys rotate " + id + " --overlap 1h --json");
    assertEquals(id, rotated.json().path("rotated_from").asText(), rotated.toString());
    assertNotEquals(made.json().path("secret"), rotated.json().path("secret"));
    CommandResult revoked = tollgate(folder, "keys revoke " + id + " --reason", "rotated");
    assertEquals(0, revoked.exitCode(), revoked.toString());
    CommandResult list = tollgate(folder, "keys list");
    assertTrue(list.out().contains("payments"), list.toString());
    assertTrue(list.out().contains("revoked"), list.toString());
    assertFalse(list.out().contains(made.json().path("secret").asText()), list.toString());
    CommandResult events = tollgate(folder, "keys events");
    assertEquals(0, events.exitCode(), events.toString());
  }

  @Test
  void reportsAMissingRole(@TempDir Path folder) throws Exception {
    CommandResult refused = tollgate(folder, "keys list --key " + cloud.keys().invoke());
    assertEquals(1, refused.exitCode(), refused.toString());
    assertEquals("", refused.out());
    assertTrue(refused.err().startsWith("tollgate: "), refused.toString());
  }

  private static GitRepository repository(Path folder) throws IOException, InterruptedException {
    GitRepository git = GitRepository.create(folder);
    git.write("prompts/defaults.yaml", "model: claude-haiku-4-5\n");
    return git;
  }

  private void register(String name, String body) throws IOException, InterruptedException {
    ApiClient.ApiResponse response =
        new ApiClient(cloud.url(), cloud.keys().admin())
            .post("/admin/prompts/" + name + "/versions", body);
    assertEquals(201, response.status(), response.body().toString());
  }

  private String state(Path folder, String name) throws IOException {
    CommandResult status = tollgate(folder, "prompts status --json " + name);
    assertEquals(2, status.exitCode(), status.toString());
    return status.json().path("prompts").path(0).path("state").asText();
  }

  private static String read(Path folder, String file) throws IOException {
    return Files.readString(folder.resolve("prompts").resolve(file));
  }

  /** Runs a command. Only its last word can have blanks. */
  private CommandResult tollgate(Path folder, String words, String... last) {
    String[] first = words.split(" ", -1);
    String[] arguments = Arrays.copyOf(first, first.length + last.length);
    System.arraycopy(last, 0, arguments, first.length, last.length);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int exitCode =
        Tollgate.run(
            arguments,
            Map.of(
                "TOLLGATE_URL", cloud.url().toString(),
                "TOLLGATE_KEY", cloud.keys().admin(),
                "LAMBDA_URL", cloud.lambda().endpoint().toString()),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            folder);
    return new CommandResult(
        exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }
}
