package dev.tollgate.evaluation.suite;

import static java.util.stream.Collectors.toSet;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tollgate.prompt.Suite;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;

/** Any input is either a valid suite or rejected with its line, in bounded time. */
final class SuiteFuzzTest {
  private static final Pattern MESSAGE = Pattern.compile("line [1-9][0-9]*: (?s:.+)");

  @FuzzTest
  void parsesOrRejectsAnyText(byte[] yaml) {
    String text = new String(yaml, StandardCharsets.UTF_8);
    if (text.isBlank()) {
      return;
    }
    try {
      TestSuite suite = TestSuite.of(new Suite(text, Optional.empty()));

      assertEquals(
          suite.cases().size(), suite.cases().stream().map(TestCase::id).collect(toSet()).size());
      assertTrue(suite.cases().stream().noneMatch(test -> test.assertions().isEmpty()));
      assertEquals(suite, TestSuite.of(new Suite(text, Optional.empty())));
    } catch (InvalidSuiteException e) {
      assertTrue(MESSAGE.matcher(e.getMessage()).matches(), e::getMessage);
    }
  }
}
