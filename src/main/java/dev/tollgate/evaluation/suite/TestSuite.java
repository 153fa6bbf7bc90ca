package dev.tollgate.evaluation.suite;

import dev.tollgate.prompt.Suite;
import java.util.List;
import java.util.stream.Stream;

/**
 * The parsed test cases of a prompt.
 *
 * @param hash of the source of the suite
 * @param cases in the order of the suite, held-out cases last
 */
public record TestSuite(String hash, List<TestCase> cases) {
  public TestSuite {
    cases = List.copyOf(cases);
    if (cases.isEmpty()) {
      throw new IllegalArgumentException("A suite needs at least one case");
    }
  }

  /**
   * Parses a suite.
   *
   * @throws InvalidSuiteException if the suite is not valid or uses an unsupported feature
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

  /** Counts the cases whose texts and answers outputs hide. */
  public long heldOutCount() {
    return cases.stream().filter(TestCase::heldOut).count();
  }
}
