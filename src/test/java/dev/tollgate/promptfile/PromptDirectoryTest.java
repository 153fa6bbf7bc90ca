package dev.tollgate.promptfile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PromptDirectoryTest {
  private static final String DEFAULTS =
      """
      model: claude-haiku-4-5
      temperature: 0.30
      max_tokens: 512
      variables:
        context: document
        tone: {type: string, default: calm}
      """;

  private final Path folder;
  private final PromptDirectory prompts;

  PromptDirectoryTest(@TempDir Path folder) throws IOException {
    this.folder = folder;
    prompts = new PromptDirectory(folder);
    write("defaults.yaml", DEFAULTS);
  }

  @Test
  void readsSettingsOfATextFileFromTheDefaults() throws IOException {
    write("rag.txt", "Answer from {{ context }}.\n");

    assertEquals(
        """
        {"content":"Answer from {{ context }}.\\n","model":"claude-haiku-4-5",\
        "temperature":0.30,"max_tokens":512,"variables":{"context":"document"}}\
        """,
        find("rag").registration().toString());
    assertEquals(
        new BigDecimal("0.30"), find("rag").registration().path("temperature").decimalValue());
  }

  @Test
  void frontMatterOverridesTheDefaults() throws IOException {
    write(
        "rag.yaml",
        """
        ---
        model: claude-opus-5
        temperature: null
        cacheable: true
        prompt_caching: off
        fallbacks: [claude-sonnet-4-6, gpt-4o]
        semantic: {threshold: 0.97, ttl: 30m, variable: tone}
        variables:
          question: string
        ---

        Say {{tone}}.
        ---
        """);

    assertEquals(
        """
        {"content":"\\nSay {{tone}}.\\n---\\n","model":"claude-opus-5","max_tokens":512,\
        "variables":{"tone":{"type":"string","default":"calm"},"question":"string"},\
        "cacheable":true,"prompt_caching":"off",\
        "fallbacks":["claude-sonnet-4-6","gpt-4o"],\
        "semantic":{"threshold":0.97,"ttl":"30m","variable":"tone"}}\
        """,
        find("rag").registration().toString());
  }

  @Test
  void readsMessagesOfAChatPromptFromTheFrontMatter() throws IOException {
    write(
        "chat.yaml",
        """
        ---
        content:
          - role: system
            content: |
              Use {{context}}.
              ---
          - {role: user, content: "Hello"}
        ---

        """);

    assertEquals(
        """
        {"content":[{"role":"system","content":"Use {{context}}.\\n---\\n"},\
        {"role":"user","content":"Hello"}],"model":"claude-haiku-4-5","temperature":0.30,\
        "max_tokens":512,"variables":{"context":"document"}}\
        """,
        find("chat").registration().toString());
  }

  @Test
  void readsAFileWithoutDefaults() throws IOException {
    Files.delete(folder.resolve("defaults.yaml"));
    write("rag.txt", "Hello");

    assertEquals("{\"content\":\"Hello\"}", find("rag").registration().toString());
  }

  @Test
  void normalizesLineEndingsAndTheByteOrderMark() throws IOException {
    write("rag.yaml", "\ufeff---\r\nmodel: m\r\n---\r\nOne\r\nTwo\rThree");

    assertEquals("One\nTwo\nThree", find("rag").registration().path("content").asText());
    assertEquals("m", find("rag").registration().path("model").asText());
  }

  @Test
  void readsOnlyPromptFiles() throws IOException {
    write("rag.txt", "now");
    write("rag.v2.txt", "before");
    write("rag.v10.yaml", "---\n---\nlater");
    write("rag.v0.txt", "never");
    write("rag.tests.yaml", "- vars: {}");
    write("rag.heldout.yaml", "- vars: {}");
    write("rag.tests.txt", "notes");
    write("other.v1.txt", "gone");
    write("README.md", "read me");
    write("Upper.txt", "no");
    write("1st.txt", "no");
    write("a".repeat(64) + ".txt", "too long");
    Files.createDirectories(folder.resolve("sub.txt"));

    assertEquals(Set.of("rag"), prompts.names());
    PromptFile rag = find("rag");
    assertEquals(folder.resolve("rag.txt"), rag.path());
    assertEquals(Optional.of(folder.resolve("rag.tests.yaml")), rag.suite());
    assertEquals(Optional.of(folder.resolve("rag.heldout.yaml")), rag.heldOut());
    assertEquals(
        List.of(
            new PromptFile.ArchivedVersion(10, folder.resolve("rag.v10.yaml")),
            new PromptFile.ArchivedVersion(2, folder.resolve("rag.v2.txt"))),
        rag.archives());
    assertEquals(Optional.empty(), prompts.find("other"));
    assertEquals(Optional.empty(), prompts.find("defaults"));
    assertEquals(Optional.empty(), prompts.find("README"));
  }

  @Test
  void rejectsTwoFilesOfOnePrompt() throws IOException {
    write("rag.txt", "one");
    write("rag.yaml", "---\n---\ntwo");

    assertRejected("rag", "rag.txt", "rag.yaml");
  }

  @Test
  void ignoresInvalidFilesOfOtherPrompts() throws IOException {
    write("rag.txt", "fine");
    write("bad.yaml", "no front matter");

    assertEquals("fine", find("rag").registration().path("content").asText());
    assertEquals(Set.of("bad", "rag"), prompts.names());
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "no front matter|must begin with a line ---",
        "---\\nmodel: m\\ntext|front matter does not end",
        "---\\ntemprature: 1\\n---\\ntext|unknown field temprature",
        "---\\nmodel: m\\nmodel: n\\n---\\ntext|invalid YAML at line 3",
        "---\\nmodel: m\\nmax_tokens: [1\\n---\\ntext|invalid YAML at line",
        "---\\n- model\\n---\\ntext|must contain fields",
        "---\\ncontent: hello\\n---\\n|content must be a list",
        "---\\ncontent:\\n---\\n|content must be a list",
        "---\\ncontent: []\\n---\\ntext|keep one of them",
        "---\\nvariables: context\\n---\\ntext|variables must map",
        "---\\ntemperature: 1e99999999999\\n---\\ntext|invalid YAML at line 2",
      })
  void explainsWhyAFileIsInvalid(String text, String problem) throws IOException {
    write("rag.yaml", text.replace("\\n", "\n"));

    assertRejected("rag", "rag.yaml", problem);
  }

  @Test
  void namesInvalidDefaults() throws IOException {
    write("rag.txt", "text");
    write("defaults.yaml", "model: m\ncontent: text\n");

    assertRejected("rag", "defaults.yaml", "unknown field content");
  }

  @Test
  void rejectsAFileThatIsNotUtf8() throws IOException {
    Files.write(folder.resolve("rag.txt"), new byte[] {'a', (byte) 0xe9, 'b'});

    assertRejected("rag", "rag.txt", "UTF-8");
  }

  @Test
  void namesAMissingFolder() {
    PromptDirectory none = new PromptDirectory(folder.resolve("none"));
    PromptFileException error = assertThrows(PromptFileException.class, none::names);
    assertTrue(String.valueOf(error.getMessage()).contains("none"), error.toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "plain\n",
        "no end of line",
        "\nleading and trailing blanks  \n\n",
        "---\nlooks like front matter\n---\n",
        "tab\tquote\" back\\slash é \ud83d\ude00 \u0085"
      })
  void draftKeepsATextExactly(String text) throws IOException {
    ObjectNode version = version();
    version.put("content", text);
    PromptFileDraft draft = prompts.draftWithSettings("rag", version);
    draft.write();

    assertEquals(text, find("rag").registration().path("content").asText());
    assertEquals(draft.registration(), find("rag").registration());

    Files.delete(draft.path());
    prompts.draftText("rag", text).write();
    assertEquals(text, find("rag").registration().path("content").asText());
    assertEquals(2, folder.toFile().list().length);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "one line",
        "two\nlines\n",
        "  indented\n    more\n",
        "trailing blank \nand: colon # hash\n\n\n",
        "---\n",
        "yes",
        "12",
        "1.50",
        "~",
        "",
        "'single' \"double\" {{context}}\n- dash",
        "tab\tand é \ud83d\ude00"
      })
  void draftKeepsAChatExactly(String text) {
    ObjectNode version = version();
    version.putArray("content").addObject().put("role", "user").put("content", text);

    assertEquals(
        version.get("content"),
        prompts.draftWithSettings("chat", version).registration().get("content"));
  }

  @Test
  void draftOmitsDefaults() {
    ObjectNode version = version();
    version.put("content", "Use {{context}} and {{tone}}.\n").put("model", "claude-opus-5");
    version.remove("temperature");
    version.put("cacheable", false).put("cache_scope", "team").put("prompt_caching", "5m");
    version.putArray("fallbacks").add("gpt-4o");
    version.putObject("semantic").put("threshold", new BigDecimal("0.95"));
    ObjectNode variables = version.putObject("variables");
    variables
        .putObject("context")
        .put("type", "document")
        .put("required", true)
        .put("cache", false);
    variables.putObject("user").put("type", "string").put("required", true).put("cache", true);

    assertEquals(
        """
        ---
        model: claude-opus-5
        temperature: null
        variables:
          user:
            type: string
            cache: true
          tone: null
        prompt_caching: 5m
        fallbacks:
        - gpt-4o
        semantic:
          threshold: 0.95
        ---
        Use {{context}} and {{tone}}.
        """,
        prompts.draftWithSettings("rag", version).text());
  }

  @Test
  void readsBytesOfAnEarlierCommit() throws IOException {
    String yaml = "---\r\nmodel: m\r\n---\r\nHello {{context}}\r\n";
    write("rag.yaml", yaml);

    assertEquals(
        find("rag").registration(),
        PromptFile.registrationOf("rag.yaml", bytes(yaml), Optional.of(bytes(DEFAULTS))));
    assertEquals(
        "{\"content\":\"Hello {{context}}\\n\",\"model\":\"m\"}",
        PromptFile.registrationOf("rag.yaml", bytes(yaml), Optional.empty()).toString());
  }

  @ParameterizedTest
  @CsvSource({"rag.yaml, no front matter, model: m", "rag.txt, Hello, modle: m"})
  void rejectsInvalidBytesOfAnEarlierCommit(String file, String text, String defaults) {
    assertThrows(
        PromptFileException.class,
        () -> PromptFile.registrationOf(file, bytes(text), Optional.of(bytes(defaults))));
  }

  @Test
  void readsAnArchivedVersionWithTheCurrentDefaults() throws IOException {
    write("rag.txt", "Now {{context}}.\n");
    write("rag.v3.txt", "Then {{context}}.\n");

    assertEquals(
        find("rag").registration().put("content", "Then {{context}}.\n"),
        prompts.registration(find("rag").archives().getFirst()));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static ObjectNode version() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("name", "ignored")
        .put("model", "claude-haiku-4-5")
        .put("temperature", new BigDecimal("0.3"))
        .put("max_tokens", 512);
  }

  private PromptFile find(String name) {
    return prompts.find(name).orElseThrow();
  }

  private void assertRejected(String name, String... parts) {
    PromptFileException error = assertThrows(PromptFileException.class, () -> prompts.find(name));
    for (String part : parts) {
      assertTrue(String.valueOf(error.getMessage()).contains(part), error.toString());
    }
  }

  private void write(String file, String text) throws IOException {
    Files.writeString(folder.resolve(file), text);
  }
}
