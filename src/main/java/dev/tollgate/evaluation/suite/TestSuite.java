package dev.tollgate.evaluation.suite;

import dev.tollgate.prompt.Suite;
import java.util.List;
import java.util.stream.Stream;

/**
 * A prompt's tests, understood.
 *
 * @param hash of the suite that they were read from
 * @param cases in the suite's order, those that are held out last
 */
public record TestSuite(String hash, List<TestCase> cases) {
  public TestSuite {
    cases = List.copyOf(cases);
    if (cases.isEmpty()) {
      throw new IllegalArgumentException("a suite needs cases");
    }
  }

  /**
   * Reads a suite.
   *
   * @throws InvalidSuiteException if it is not one, or wants what Tollgate does not do
   */
  public static TestSuite of(Suite suite) {
    List<TestCase> open = new SuiteParser(false).parse(suite.yaml());
    List<TestCase> heldOut = suite.heldOut().map(TestSuite::parseHeldOut).orElse(List.of());
    return new TestSuite(suite.hash(), Stream.concat(open.stream(), heldOut.stream()).toList());
  }

  private static List<TestCase> parseHeldOut(String yaml) {
    try {
      return new SuiteParser(true).parse(yaml);
    } catch (InvalidSuiteException e) {
      throw e.inHeldOutCases();
    }
  }

  /** The cases whose texts and answers no output shows. */
  public long heldOutCount() {
    return cases.stream().filter(TestCase::heldOut).count();
  }
}
