package dev.tollgate.prompt.content;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * The declaration of a variable.
 *
 * @param required whether a call must send a value; a variable with a default is never required
 * @param defaultValue the value if a call sends none; empty means an empty text
 * @param cacheBreakpoint whether the provider's prompt cache holds everything up to the end of the
 *     value
 */
public record Variable(
    Type type, boolean required, Optional<JsonNode> defaultValue, boolean cacheBreakpoint) {
  public static final String NAME_REGEX = "[A-Za-z_][A-Za-z0-9_]{0,62}";

  /** A variable that is used but not declared. */
  static final Variable UNDECLARED = new Variable(Type.STRING, true, Optional.empty(), false);

  private static final Pattern NAME = Pattern.compile(NAME_REGEX);

  public Variable {
    if (defaultValue.isPresent() && !type.accepts(defaultValue.get())) {
      throw new IllegalArgumentException("the default must be " + type.constraint());
    }
    if (required && defaultValue.isPresent()) {
      throw new IllegalArgumentException("a variable with a default is not required");
    }
  }

  public static boolean isValidName(String value) {
    return NAME.matcher(value).matches();
  }

  /** The type of a variable, which validates and formats values. */
  public enum Type {
    STRING("a string") {
      @Override
      public boolean accepts(JsonNode value) {
        return value.isTextual();
      }
    },
    NUMBER("a number of at most 15 digits") {
      @Override
      public boolean accepts(JsonNode value) {
        return isExact(value);
      }

      @Override
      String text(JsonNode value) {
        return toPlainText(value);
      }
    },
    BOOLEAN("true or false") {
      @Override
      public boolean accepts(JsonNode value) {
        return value.isBoolean();
      }
    },
    /** Formatted as one line for each item, after a dash. */
    LIST("a list of strings, numbers and booleans") {
      @Override
      public boolean accepts(JsonNode value) {
        return value.isArray()
            && allMatch(value, item -> item.isTextual() || item.isBoolean() || isExact(item));
      }

      @Override
      public String text(JsonNode value) {
        StringJoiner lines = new StringJoiner("\n");
        value.forEach(
            item -> lines.add("- " + (item.isNumber() ? toPlainText(item) : item.asText())));
        return lines.toString();
      }
    },
    /** Long text. A blank line separates several passages. */
    DOCUMENT("a string or a list of strings") {
      @Override
      public boolean accepts(JsonNode value) {
        return value.isTextual() || (value.isArray() && allMatch(value, JsonNode::isTextual));
      }

      @Override
      public String text(JsonNode value) {
        if (value.isTextual()) {
          return value.textValue();
        }
        StringJoiner passages = new StringJoiner("\n\n");
        value.forEach(passage -> passages.add(passage.textValue()));
        return passages.toString();
      }
    };

    private final String constraint;

    Type(String constraint) {
      this.constraint = constraint;
    }

    /** The name in requests and in stores. */
    public String id() {
      return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<Type> of(String id) {
      return Arrays.stream(values()).filter(type -> type.id().equals(id)).findFirst();
    }

    /** The constraint on values, as the end of a sentence with "must be". */
    public String constraint() {
      return constraint;
    }

    public abstract boolean accepts(JsonNode value);

    /** Formats a valid value for the prompt. */
    String text(JsonNode value) {
      return value.asText();
    }

    /** Formats equal numbers equally, regardless of how they were written. */
    private static String toPlainText(JsonNode number) {
      return number.decimalValue().stripTrailingZeros().toPlainString();
    }

    /** Whether a double holds the exact number, because RFC 8785 and JavaScript read it as one. */
    private static boolean isExact(JsonNode value) {
      if (!value.isNumber()) {
        return false;
      }
      BigDecimal number = value.decimalValue();
      return number.precision() <= 15 && Math.abs((long) number.scale()) <= 300;
    }

    private static boolean allMatch(JsonNode list, Predicate<JsonNode> condition) {
      for (JsonNode item : list) {
        if (!condition.test(item)) {
          return false;
        }
      }
      return true;
    }
  }
}
