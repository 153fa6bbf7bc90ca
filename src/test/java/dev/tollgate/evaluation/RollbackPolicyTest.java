package dev.tollgate.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.evaluation.RollbackPolicy.Decision;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class RollbackPolicyTest {
  private static final String HARD = "1 contains";

  private static AttemptScore trial(boolean holds, double score) {
    return new AttemptScore(Map.of(HARD, holds), OptionalDouble.of(score));
  }

  /** Results of 20 cases with the same three attempts each. */
  private static VersionResults showing(double first, double second, double third) {
    Map<String, List<AttemptScore>> cases = new LinkedHashMap<>();
    for (int i = 0; i < 20; i++) {
      cases.put(
          "case-%03d".formatted(i),
          List.of(trial(true, first), trial(true, second), trial(true, third)));
    }
    return new VersionResults(cases);
  }

  private static VersionResults with(VersionResults showing, String id, AttemptScore... trials) {
    Map<String, List<AttemptScore>> cases = new LinkedHashMap<>(showing.scoresByCase());
    cases.put(id, List.of(trials));
    return new VersionResults(cases);
  }

  private static final VersionResults GOOD = showing(0.9, 0.9, 0.9);

  @Test
  void rollsBackAfterASignificantDrop() {
    assertInstanceOf(Decision.RollBack.class, RollbackPolicy.decide(showing(0.8, 0.8, 0.8), GOOD));
  }

  @Test
  void isInconclusiveIfTheDropIsSmall() {
    assertInstanceOf(
        Decision.Inconclusive.class,
        RollbackPolicy.decide(showing(0.84, 0.84, 0.84), showing(0.88, 0.88, 0.88)));
  }

  @Test
  void isInconclusiveIfTheMeanStaysAboveTheThreshold() {
    assertInstanceOf(
        Decision.Inconclusive.class,
        RollbackPolicy.decide(showing(0.86, 0.86, 0.86), showing(0.99, 0.99, 0.99)));
  }

  @Test
  void isInconclusiveIfTooFewCasesDropped() {
    VersionResults active = GOOD;
    for (int i = 0; i < 6; i++) {
      active =
          with(
              active,
              "case-%03d".formatted(i),
              trial(true, 0.5),
              trial(true, 0.5),
              trial(true, 0.5));
    }
    Decision six = RollbackPolicy.decide(active, GOOD);
    // One of 64 sign combinations is as low, which is more than one in a hundred.
    assertInstanceOf(Decision.Inconclusive.class, six);
    assertTrue(six.reason().contains("p 0.0156"), six.reason());
    VersionResults seven =
        with(active, "case-006", trial(true, 0.5), trial(true, 0.5), trial(true, 0.5));
    assertInstanceOf(Decision.RollBack.class, RollbackPolicy.decide(seven, GOOD));
  }

  @Test
  void isInconclusiveAfterABadFirstPassOnly() {
    assertInstanceOf(
        Decision.Inconclusive.class, RollbackPolicy.decide(showing(0.5, 0.9, 0.9), GOOD));
  }

  @Test
  void rollsBackIfAnAssertionFailsTwice() {
    VersionResults active =
        with(GOOD, "case-003", trial(false, 1), trial(true, 1), trial(false, 1));
    Decision decision = RollbackPolicy.decide(active, GOOD);
    assertInstanceOf(Decision.RollBack.class, decision);
    assertTrue(decision.reason().contains("case-003: 1 contains"), decision.reason());
  }

  @Test
  void isInconclusiveIfAnAssertionFailsOnce() {
    VersionResults active = with(GOOD, "case-003", trial(false, 1), trial(true, 1), trial(true, 1));
    assertInstanceOf(Decision.Inconclusive.class, RollbackPolicy.decide(active, GOOD));
  }

  @Test
  void reportsModelDriftIfTheAssertionFailsInBothVersions() {
    AttemptScore[] lost = {trial(false, 1), trial(false, 1), trial(false, 1)};
    assertInstanceOf(
        Decision.ModelDrift.class,
        RollbackPolicy.decide(with(GOOD, "case-003", lost), with(GOOD, "case-003", lost)));
  }

  @Test
  void reportsModelDriftIfBothMeansAreTooLow() {
    assertInstanceOf(
        Decision.ModelDrift.class,
        RollbackPolicy.decide(showing(0.4, 0.4, 0.4), showing(0.7, 0.7, 0.7)));
  }

  @Test
  void isInconclusiveWithoutAnswers() {
    AttemptScore silence = new AttemptScore(Map.of(), OptionalDouble.empty());
    assertInstanceOf(
        Decision.Inconclusive.class,
        RollbackPolicy.decide(with(GOOD, "case-003", silence, silence, silence), GOOD));
  }

  @Test
  void computesAnExactPValueForFewDifferences() {
    assertEquals(1.0 / 8, SignFlipPValue.lowerTail(new double[] {-0.1, -0.2, -0.3}, 1), 1e-12);
    assertEquals(2.0 / 4, SignFlipPValue.lowerTail(new double[] {-0.2, 0.1}, 1), 1e-12);
    assertEquals(1, SignFlipPValue.lowerTail(new double[] {0.1, 0.2}, 1), 1e-12);
    assertEquals(1, SignFlipPValue.lowerTail(new double[] {0, 0}, 1), 1e-12);
  }

  @Test
  void samplesAPValueForManyDifferences() {
    SplittableRandom random = new SplittableRandom(1);
    double[] twenty = random.doubles(20, -0.4, 0.2).toArray();
    double[] more = Arrays.copyOf(twenty, 21);
    more[20] = 1e-6;
    assertEquals(SignFlipPValue.lowerTail(twenty, 1), SignFlipPValue.lowerTail(more, 1), 0.005);
    assertEquals(SignFlipPValue.lowerTail(more, 7), SignFlipPValue.lowerTail(more, 7));
  }

  @Test
  void doesNotRollBackBecauseOfANoisyJudge() {
    // Thirty nights at a true score of 0.86, judged case by case with a deviation of 0.2.
    SplittableRandom random = new SplittableRandom(30);
    List<String> rollbacks = new ArrayList<>();
    for (int night = 0; night < 30; night++) {
      Decision decision = RollbackPolicy.decide(flaky(random), flaky(random));
      if (decision instanceof Decision.RollBack(String reason)) {
        rollbacks.add(reason);
      }
    }
    assertEquals(List.of(), rollbacks);
  }

  private static VersionResults flaky(SplittableRandom random) {
    Map<String, List<AttemptScore>> cases = new LinkedHashMap<>();
    for (int i = 0; i < 20; i++) {
      List<AttemptScore> trials = new ArrayList<>();
      for (int pass = 0; pass < RollbackPolicy.PASSES; pass++) {
        // 1 or 0.49: a mean of 0.86 and a deviation of 0.23.
        trials.add(trial(true, random.nextDouble() < 0.7255 ? 1 : 0.49));
      }
      cases.put("case-%03d".formatted(i), trials);
    }
    return new VersionResults(cases);
  }
}
