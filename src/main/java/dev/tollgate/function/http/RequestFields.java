package dev.tollgate.function.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Reads the fields of a JSON object, refusing what is missing, of the wrong type, or unknown. */
public final class RequestFields {
  /** PostgreSQL and log lines take no control characters, but texts may have several lines. */
  private static final Pattern CONTROL = Pattern.compile("[\\p{Cntrl}&&[^\\n\\r\\t]]");

  private static final int MAX_REASON_LENGTH = 4096;

  private static final Pattern LINE_END = Pattern.compile("[\\n\\r\\t\\p{Zl}\\p{Zp}]");
  private static final Pattern BLANK = Pattern.compile("[\\s\\p{Z}\\p{Cf}]*");

  private final String prefix;
  private final ObjectNode object;

  /** A field outside {@code known} is refused: a misspelt one would be dropped in silence. */
  public RequestFields(ObjectNode object, Set<String> known) {
    this("", object, known);
  }

  private RequestFields(String prefix, ObjectNode object, Set<String> known) {
    this.prefix = prefix;
    this.object = object;
    for (var field : object.properties()) {
      if (!known.contains(field.getKey())) {
        throw new ApiException(
            ApiError.unknown(
                prefix + field.getKey(),
                "Unknown field here; known are: %s. You sent: %s."
                    .formatted(String.join(", ", new TreeSet<>(known)), field.getKey())));
      }
    }
  }

  /** The fields of an object within another, which errors name by their whole path. */
  public static RequestFields of(String path, JsonNode value, Set<String> known) {
    if (value instanceof ObjectNode object) {
      return new RequestFields(path + ".", object, known);
    }
    throw invalid(path, "must be an object with " + String.join(", ", new TreeSet<>(known)));
  }

  public Optional<JsonNode> find(String field) {
    return Optional.ofNullable(object.get(field)).filter(value -> !value.isNull());
  }

  public JsonNode require(String field, String whatItIs) {
    return find(field)
        .orElseThrow(
            () ->
                new ApiException(
                    ApiError.missing(
                        prefix + field,
                        "The field %s is missing: %s.".formatted(prefix + field, whatItIs))));
  }

  public String text(String field, String whatItIs, int longest) {
    return text(prefix + field, require(field, whatItIs), longest);
  }

  /** A text that may be left out or blank, which is the same. */
  public Optional<String> optionalText(String field, int longest) {
    return find(field)
        .filter(value -> !value.isTextual() || !isBlank(value.textValue()))
        .map(value -> text(prefix + field, value, longest));
  }

  /** Why something is to be done, which goes on record; it may be left out. */
  public Optional<String> reason() {
    return optionalText("reason", MAX_REASON_LENGTH);
  }

  /** The same where it must be said. */
  public String requiredReason() {
    return text("reason", "it says why, for the ledger", MAX_REASON_LENGTH);
  }

  /** A text of one line. */
  public String singleLine(String field, String whatItIs, int longest) {
    return requireSingleLine(field, text(field, whatItIs, longest));
  }

  /** A text of one line that may be left out or blank, which is the same. */
  public Optional<String> optionalSingleLine(String field, int longest) {
    return optionalText(field, longest).map(text -> requireSingleLine(field, text));
  }

  private String requireSingleLine(String field, String text) {
    if (LINE_END.matcher(text).find()) {
      throw invalidField(field, "must be a single line");
    }
    return text;
  }

  /** Whether there is nothing to see in a text. */
  private static boolean isBlank(String text) {
    return BLANK.matcher(text).matches();
  }

  public static String text(String field, JsonNode value, int longest) {
    if (!value.isTextual() || isBlank(value.textValue())) {
      throw invalid(field, "must be a string that is not blank");
    }
    String text = value.textValue();
    if (text.length() > longest) {
      throw invalid(field, "must be at most " + longest + " characters long");
    }
    if (CONTROL.matcher(text).find()) {
      throw invalid(field, "must not contain control characters");
    }
    return text;
  }

  public int positiveInteger(String field, JsonNode value) {
    if (!value.isIntegralNumber() || !value.canConvertToInt() || value.intValue() < 1) {
      throw invalidField(field, "must be a whole number of at least 1");
    }
    return value.intValue();
  }

  /** A whole number that may be left out. */
  public Optional<Integer> optionalInteger(String field, int least, int most) {
    return find(field)
        .map(
            value -> {
              if (!value.isIntegralNumber()
                  || !value.canConvertToInt()
                  || value.intValue() < least
                  || value.intValue() > most) {
                throw invalid(field, "must be a whole number from " + least + " to " + most);
              }
              return value.intValue();
            });
  }

  /** A list of texts; one that is left out is empty. */
  public List<String> texts(String field, int most, int longest) {
    Optional<JsonNode> list = find(field);
    if (list.isEmpty()) {
      return List.of();
    }
    if (!list.get().isArray() || list.get().size() > most) {
      throw invalid(field, "must be a list of at most " + most + " strings");
    }
    List<String> texts = new ArrayList<>();
    for (JsonNode value : list.get()) {
      texts.add(text(field, value, longest));
    }
    return texts;
  }

  public Optional<BigDecimal> number(String field) {
    return find(field)
        .map(
            value -> {
              if (!value.isNumber()) {
                throw invalidField(field, "must be a number");
              }
              return value.decimalValue();
            });
  }

  public boolean flag(String field) {
    return find(field)
        .map(
            value -> {
              if (!value.isBoolean()) {
                throw invalidField(field, "must be true or false");
              }
              return value.booleanValue();
            })
        .orElse(false);
  }

  public ApiException invalidField(String field, String rule) {
    return invalid(prefix + field, rule);
  }

  public static ApiException invalid(String field, String rule) {
    return new ApiException(ApiError.invalid(field, "The field %s %s.".formatted(field, rule)));
  }
}
