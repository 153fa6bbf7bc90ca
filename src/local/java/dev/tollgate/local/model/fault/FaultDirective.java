package dev.tollgate.local.model.fault;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Something a test asked this server to do instead of simply answering. */
public sealed interface FaultDirective {

  /** Answers with an HTTP error of {@code status}. */
  record Fail(int status) implements FaultDirective {}

  record RateLimit(int retryAfterSeconds) implements FaultDirective {}

  /** Accepts the request and never answers it. */
  record Hang() implements FaultDirective {}

  /** Answers, but {@code after} late. */
  record Delay(Duration after) implements FaultDirective {
    public Delay {
      requireNonNull(after, "after");
    }
  }

  /**
   * Breaks off mid-answer. A stream normally ends in good HTTP order, which a careless client takes
   * for a complete answer; {@code abort} drops the connection as well.
   */
  record Cut(boolean abort) implements FaultDirective {}

  /** Sends an {@code error} event after a stream has begun with status 200. */
  record StreamError() implements FaultDirective {}

  /** Answers in an unwelcome way. */
  record Degrade(Degradation degradation) implements FaultDirective {}

  enum Degradation {
    REFUSAL,
    MAX_TOKENS,
    PAUSE_TURN,
    TOOL_USE,
    CONTENT_FILTER,
    CONTEXT_WINDOW,
    /** Stops for a reason that no API has named yet. */
    UNHEARD_OF,
    EMPTY,
    UNGROUNDED
  }

  Map<String, Degradation> DEGRADATIONS =
      Arrays.stream(Degradation.values())
          .collect(Collectors.toMap(way -> way.name().toLowerCase(Locale.ROOT), way -> way));

  /** Parses a comma-separated list such as {@code delay:200,429:3}. */
  static List<FaultDirective> parseAll(String list) {
    return Arrays.stream(list.split(",", -1))
        .map(String::strip)
        .map(FaultDirective::parse)
        .toList();
  }

  private static FaultDirective parse(String text) {
    int colon = text.indexOf(':');
    String name = colon < 0 ? text : text.substring(0, colon);
    String argument = colon < 0 ? "" : text.substring(colon + 1);
    return switch (name) {
      case "429" -> new RateLimit(argument.isEmpty() ? 1 : number(text, argument));
      case "400", "401", "402", "403", "404", "413", "500", "503", "504", "529" ->
          new Fail(Integer.parseInt(name));
      case "timeout" -> new Hang();
      case "cut-stream" -> new Cut(argument.equals("abort"));
      case "stream-error" -> new StreamError();
      case "delay" -> new Delay(Duration.ofMillis(number(text, argument)));
      default -> {
        Degradation way = DEGRADATIONS.get(name);
        if (way == null) {
          throw ProviderApiException.invalid("Unknown simulated behaviour: " + text);
        }
        yield new Degrade(way);
      }
    };
  }

  private static int number(String text, String digits) {
    if (!digits.matches("[0-9]{1,7}")) {
      throw ProviderApiException.invalid("A simulated behaviour needs a whole number: " + text);
    }
    return Integer.parseInt(digits);
  }
}
