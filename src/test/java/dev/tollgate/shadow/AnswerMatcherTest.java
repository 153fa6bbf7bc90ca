package dev.tollgate.shadow;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AnswerMatcherTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Yes                     | yes.
          "Refund"                | **refund**
          It  costs $49 per month | it costs $49 per month.
          １２ Uhr                | 12 uhr
          """)
  void ignoresCaseSpacesAndSurroundingPunctuation(String one, String other) {
    assertEquals(Optional.of(true), AnswerMatcher.compare(one, other));
  }

  @ParameterizedTest
  @CsvSource({"yes, no", "refund, complaint", "Positive., negative"})
  void treatsTwoDifferentWordsAsDifferent(String one, String other) {
    assertEquals(Optional.of(false), AnswerMatcher.compare(one, other));
  }

  @ParameterizedTest
  @CsvSource({
    "1.5, 15",
    "-5, 5",
    "1000, '1,000'",
    "Yes, 'Yes, within 30 days'",
    "C++, C",
    "It is open, It is closed"
  })
  void leavesOtherAnswersToTheJudge(String one, String other) {
    assertEquals(Optional.empty(), AnswerMatcher.compare(one, other));
  }
}
