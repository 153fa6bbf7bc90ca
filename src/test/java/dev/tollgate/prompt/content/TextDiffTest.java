package dev.tollgate.prompt.content;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class TextDiffTest {
  @Test
  void formatsLikeDiffU() {
    assertEquals(
        """
        --- a
        +++ b
        @@ -1,3 +1,3 @@
         one
        -two
        +2
         three
        """,
        diff("one\ntwo\nthree\n", "one\n2\nthree\n"));
  }

  @Test
  void equalTextsHaveNoDiff() {
    assertEquals("", diff("one\n", "one\n"));
  }

  @Test
  void showsMissingLineEnd() {
    assertTrue(diff("one\n", "one").contains("+\\ No line end"));
  }

  @Test
  void groupsMessagesByRole() {
    PromptTemplate chat =
        new PromptTemplate(
            List.of(
                new PromptMessage(PromptMessage.Role.SYSTEM, new Template("one\n")),
                new PromptMessage(PromptMessage.Role.USER, new Template("two\n"))));

    assertTrue(
        TextDiff.unifiedDiff("a", PromptTemplate.ofText("one\n"), "b", chat)
            .contains("+[user]\n+  two"));
  }

  @Test
  void distinguishesTextFromRoles() {
    PromptTemplate one = new PromptTemplate(List.of(user("a\n[assistant]\nb")));
    PromptTemplate two =
        new PromptTemplate(
            List.of(user("a"), new PromptMessage(PromptMessage.Role.ASSISTANT, new Template("b"))));

    assertTrue(TextDiff.unifiedDiff("a", one, "b", two).contains("+[assistant]"));
  }

  private static PromptMessage user(String text) {
    return new PromptMessage(PromptMessage.Role.USER, new Template(text));
  }

  @Test
  void showsContextAroundChanges() {
    String same = lines("s");
    String diff = diff(same + "old\n" + same, same + "new\n" + same);

    assertTrue(
        diff.contains("@@ -2998,7 +2998,7 @@\n s2997\n s2998\n s2999\n-old\n+new\n s0\n"), diff);
  }

  @Test
  void comparesThousandsOfDifferentLines() {
    String before = lines("a");
    String after = lines("b");
    List<String> diff = diff(before, after).lines().toList();

    assertEquals(3000, diff.stream().filter(line -> line.startsWith("-a")).count());
    assertEquals(3000, diff.stream().filter(line -> line.startsWith("+b")).count());
  }

  private static String lines(String prefix) {
    return IntStream.range(0, 3000).mapToObj(i -> prefix + i + "\n").collect(Collectors.joining());
  }

  private static String diff(String from, String to) {
    return TextDiff.unifiedDiff("a", PromptTemplate.ofText(from), "b", PromptTemplate.ofText(to));
  }
}
