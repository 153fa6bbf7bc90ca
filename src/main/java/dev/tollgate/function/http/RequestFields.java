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

/** Reads the fields of a JSON object. Missing, mistyped and unknown fields are errors. */
public final class RequestFields {
  /** Not allowed in PostgreSQL or in log lines; texts may have several lines, though. */
  private static final Pattern CONTROL = Pattern.compile("[\\p{Cntrl}&&[^\\n\\r\\t]]");

  private static final int MAX_REASON_LENGTH = 4096;

  private static final Pattern LINE_END = Pattern.compile("[\\n\\r\\t\\p{Zl}\\p{Zp}]");
  private static final Pattern BLANK = Pattern.compile("[\\s\\p{Z}\\p{Cf}]*");

  private final String prefix;
  private final ObjectNode object;

  /** Rejects fields outside {@code known}, so that no misspelt field is silently ignored. */
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
                "Unknown field %s. Known fields: %s."
                    .formatted(field.getKey(), String.join(", ", new TreeSet<>(known)))));
      }
    }
  }

  /** The fields of a nested object. Errors name their full path. */
  public static RequestFields of(String path, JsonNode value, Set<String> known) {
    if (value instanceof ObjectNode object) {
      return new RequestFields(path + ".", object, known);
    }
    throw invalid(path, "must be an object with " + String.join(", ", new TreeSet<>(known)));
  }

  public Optional<JsonNode> find(String field) {
    return Optional.ofNullable(object.get(field)).filter(value -> !value.isNull());
  }

  public JsonNode require(String field, String meaning) {
    return find(field)
        .orElseThrow(
            () ->
                new ApiException(
                    ApiError.missing(
                        prefix + field,
                        "The field %s is missing: %s.".formatted(prefix + field, meaning))));
  }

  public String text(String field, String meaning, int maxLength) {
    return text(prefix + field, require(field, meaning), maxLength);
  }

  /** An optional text. A blank one counts as absent. */
  public Optional<String> optionalText(String field, int maxLength) {
    return find(field)
        .filter(value -> !value.isTextual() || !isBlank(value.textValue()))
        .map(value -> text(prefix + field, value, maxLength));
  }

  /** The optional reason for a change, which the audit log stores. */
  public Optional<String> reason() {
    return optionalText("reason", MAX_REASON_LENGTH);
  }

  /** The required reason for a change. */
  public String requiredReason() {
    return text("reason", "the audit log stores it", MAX_REASON_LENGTH);
  }

  /** A text of one line. */
  public String singleLine(String field, String meaning, int maxLength) {
    return requireSingleLine(field, text(field, meaning, maxLength));
  }

  /** An optional text of one line. A blank one counts as absent. */
  public Optional<String> optionalSingleLine(String field, int maxLength) {
    return optionalText(field, maxLength).map(text -> requireSingleLine(field, text));
  }

  private String requireSingleLine(String field, String text) {
    if (LINE_END.matcher(text).find()) {
      throw invalidField(field, "must be a single line");
    }
    return text;
  }

  /** Whether a text has no visible character. */
  private static boolean isBlank(String text) {
    return BLANK.matcher(text).matches();
  }

  public static String text(String field, JsonNode value, int maxLength) {
    if (!value.isTextual() || isBlank(value.textValue())) {
      throw invalid(field, "must be a string that is not blank");
    }
    String text = value.textValue();
    if (text.length() > maxLength) {
      throw invalid(field, "must be at most " + maxLength + " characters long");
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

  /** An optional whole number. */
  public Optional<Integer> optionalInteger(String field, int min, int max) {
    return find(field)
        .map(
            value -> {
              if (!value.isIntegralNumber()
                  || !value.canConvertToInt()
                  || value.intValue() < min
                  || value.intValue() > max) {
                throw invalid(field, "must be a whole number from " + min + " to " + max);
              }
              return value.intValue();
            });
  }

  /** A list of texts; empty if absent. */
  public List<String> texts(String field, int maxSize, int maxLength) {
    Optional<JsonNode> list = find(field);
    if (list.isEmpty()) {
      return List.of();
    }
    if (!list.get().isArray() || list.get().size() > maxSize) {
      throw invalid(field, "must be a list of at most " + maxSize + " strings");
    }
    List<String> texts = new ArrayList<>();
    for (JsonNode value : list.get()) {
      texts.add(text(field, value, maxLength));
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
