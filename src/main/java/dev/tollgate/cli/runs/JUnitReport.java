package dev.tollgate.cli.runs;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.cli.client.CommandException;
import dev.tollgate.cli.client.Json;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * Writes a run as JUnit XML: a test for each attempt, and one for the mean faithfulness, which can
 * fail although each case passes.
 */
public final class JUnitReport {
  /** Characters that XML 1.0 forbids. */
  private static final Pattern ILLEGAL =
      Pattern.compile("[^\\t\\n\\r\\x20-\\uD7FF\\uE000-\\uFFFD\\x{10000}-\\x{10FFFF}]");

  private final JsonNode run;

  private JUnitReport(JsonNode run) {
    this.run = run;
  }

  public static void write(JsonNode run, Path file) {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.writeString(file, of(run));
    } catch (IOException e) {
      throw new CommandException("Cannot write " + file + ": " + e.getMessage(), e);
    }
  }

  static String of(JsonNode run) {
    return new JUnitReport(run).xml();
  }

  /** A JUnit test. The problem is empty if it passed. */
  private record Test(String name, long millis, String type, String problem) {}

  private String xml() {
    List<Test> tests = new ArrayList<>();
    for (JsonNode attempt : run.path("attempts")) {
      tests.add(test(attempt));
    }
    tests.add(overallTest());
    StringWriter text = new StringWriter();
    try {
      XMLStreamWriter xml = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(text);
      xml.writeStartDocument("UTF-8", "1.0");
      write(xml, tests);
      xml.writeEndDocument();
    } catch (XMLStreamException e) {
      throw new IllegalStateException("Failed to write a JUnit report", e);
    }
    return text.append('\n').toString();
  }

  private Test test(JsonNode attempt) {
    String name =
        "%s #%s%s"
            .formatted(
                Json.text(attempt.path("case")),
                Json.text(attempt.path("attempt")),
                attempt.path("description").isTextual()
                    ? " " + attempt.path("description").asText()
                    : "");
    long millis = attempt.path("latency_ms").asLong();
    boolean failed =
        !attempt.path("outcome").asText().equals("passed")
            && TestRunner.isFailedCase(run, attempt.path("case").asText());
    if (!failed) {
      return new Test(name, millis, "", "");
    }
    if (attempt.has("no_answer")) {
      return new Test(name, millis, "error", attempt.path("no_answer").asText());
    }
    StringBuilder problem = new StringBuilder();
    for (JsonNode assertion : attempt.path("assertions")) {
      if (!assertion.path("status").asText().equals("passed")) {
        problem.append(
            "%s: expected %s, got %s\n"
                .formatted(
                    Json.text(assertion.path("type")),
                    Json.text(assertion.path("expected")),
                    Json.text(assertion.path("got"))));
      }
    }
    return new Test(name, millis, "failure", problem.toString());
  }

  private Test overallTest() {
    String problem =
        run.path("outcome").asText().equals("passed")
            ? ""
            : "%s: %s".formatted(run.path("outcome").asText(), run.path("reason").asText());
    boolean failed = run.path("outcome").asText().equals("failed");
    return new Test("the whole run", 0, failed ? "failure" : "error", problem);
  }

  private void write(XMLStreamWriter xml, List<Test> tests) throws XMLStreamException {
    xml.writeStartElement("testsuite");
    xml.writeAttribute(
        "name",
        "%s version %s".formatted(Json.text(run.path("name")), Json.text(run.path("version"))));
    xml.writeAttribute("timestamp", run.path("started").asText());
    xml.writeAttribute("tests", Integer.toString(tests.size()));
    xml.writeAttribute("failures", count(tests, "failure"));
    xml.writeAttribute("errors", count(tests, "error"));
    xml.writeAttribute("time", seconds(tests.stream().mapToLong(Test::millis).sum()));
    for (Test test : tests) {
      xml.writeStartElement("testcase");
      xml.writeAttribute("classname", "tollgate." + run.path("name").asText());
      xml.writeAttribute("name", replaceIllegal(test.name()));
      xml.writeAttribute("time", seconds(test.millis()));
      if (!test.problem().isEmpty()) {
        xml.writeStartElement(test.type());
        xml.writeAttribute(
            "message", replaceIllegal(test.problem().lines().findFirst().orElse("")));
        xml.writeCharacters(replaceIllegal(test.problem()));
        xml.writeEndElement();
      }
      xml.writeEndElement();
    }
    xml.writeEndElement();
  }

  private static String count(List<Test> tests, String type) {
    return Long.toString(
        tests.stream()
            .filter(test -> !test.problem().isEmpty() && test.type().equals(type))
            .count());
  }

  private static String seconds(long millis) {
    return String.format(Locale.ROOT, "%.3f", millis / 1000.0);
  }

  private static String replaceIllegal(String text) {
    return ILLEGAL.matcher(text).replaceAll("?");
  }
}
