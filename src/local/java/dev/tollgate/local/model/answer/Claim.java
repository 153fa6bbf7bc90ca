package dev.tollgate.local.model.answer;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One statement to be judged, with the id its asker gave it, or its place from 1. */
record Claim(String id, String text) {
  private static final Pattern TAGGED =
      Pattern.compile(
          "<(?:claim|statement)(?:\\s+(?:id|index|number)=[\"']?([\\w-]+)[\"']?)?[^>]*>(.*?)"
              + "</(?:claim|statement)>",
          Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
  private static final Pattern LISTED =
      Pattern.compile("^\\s*(?:[-*•]\\s+|\\[?([A-Za-z]{0,2}\\d+)\\]?[.):]?\\s+)?(.*\\S)\\s*$");

  /**
   * Returns the claims asked about, or those the judged answer makes. An answer that only says it
   * does not know claims nothing.
   */
  static List<Claim> extractFrom(ParsedPrompt reading) {
    List<Claim> claims = new ArrayList<>();
    if (!reading.claims().isEmpty()) {
      reading.claims().forEach(section -> parse(section, claims));
    } else {
      for (String answer : reading.answers()) {
        sentences(answer).stream()
            .filter(sentence -> !sentence.hasNoClaim())
            .forEach(
                sentence ->
                    claims.add(new Claim(sentence.id().orElse(nextId(claims)), sentence.text())));
      }
    }
    return claims;
  }

  /** Returns the numbers of those numbered sentences of the judged answer that claim nothing. */
  static List<String> sentencesWithoutClaims(ParsedPrompt reading) {
    return reading.answers().stream()
        .flatMap(answer -> sentences(answer).stream())
        .filter(Sentence::hasNoClaim)
        .flatMap(sentence -> sentence.id().stream())
        .toList();
  }

  private record Sentence(Optional<String> id, String text) {
    boolean hasNoClaim() {
      return text.endsWith("?") || Grounding.isDecline(text);
    }
  }

  /** The sentences of an answer, which its asker may have numbered already. */
  private static List<Sentence> sentences(String answer) {
    return Json.parse(answer)
        .filter(JsonNode::isArray)
        .map(
            list ->
                Json.items(list).stream()
                    .map(
                        item ->
                            new Sentence(
                                Optional.of(item.path("sentence").asText()),
                                item.path("text").asText()))
                    .toList())
        .orElseGet(
            () ->
                Passage.split(answer).stream()
                    .map(passage -> new Sentence(Optional.empty(), passage.text()))
                    .toList());
  }

  private static void parse(String section, List<Claim> claims) {
    Optional<JsonNode> json = Json.parse(section).filter(JsonNode::isContainerNode);
    Matcher tagged = TAGGED.matcher(section);
    if (json.isPresent()) {
      json.get().forEach(item -> claims.add(fromJson(item, nextId(claims))));
    } else if (tagged.find()) {
      do {
        String id = tagged.group(1);
        claims.add(new Claim(id == null ? nextId(claims) : id, tagged.group(2).strip()));
      } while (tagged.find());
    } else {
      section.lines().forEach(line -> parseLine(line, claims));
    }
  }

  private static Claim fromJson(JsonNode item, String place) {
    if (item.isTextual()) {
      return new Claim(place, item.asText());
    }
    for (String field : List.of("claim", "statement", "text")) {
      if (item.path(field).isTextual()) {
        return new Claim(item.path("id").asText(place), item.path(field).asText());
      }
    }
    return new Claim(place, Json.write(item));
  }

  private static void parseLine(String line, List<Claim> claims) {
    Matcher listed = LISTED.matcher(line);
    if (listed.matches()) {
      String id = listed.group(1);
      claims.add(new Claim(id == null ? nextId(claims) : id, listed.group(2)));
    }
  }

  private static String nextId(List<Claim> claims) {
    return Integer.toString(claims.size() + 1);
  }
}
