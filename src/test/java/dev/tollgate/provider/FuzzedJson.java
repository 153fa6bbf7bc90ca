package dev.tollgate.provider;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** JSON of a fuzzer's making, read as Tollgate reads it. */
public final class FuzzedJson {
  private static final ObjectMapper MAPPER =
      new ObjectMapper()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .setNodeFactory(JsonNodeFactory.withExactBigDecimals(true));

  private FuzzedJson() {}

  public static ObjectMapper mapper() {
    return MAPPER;
  }

  /** The object that the bytes are, if they are one. */
  public static Optional<ObjectNode> object(byte[] json) {
    try {
      JsonNode read = MAPPER.readTree(new String(json, StandardCharsets.UTF_8));
      return read instanceof ObjectNode object ? Optional.of(object) : Optional.empty();
    } catch (JsonProcessingException | NumberFormatException | ArithmeticException e) {
      return Optional.empty();
    }
  }

  /** Returns the object as its receiver reads it. */
  public static ObjectNode reparse(ObjectNode object) {
    return object(object.toString().getBytes(StandardCharsets.UTF_8)).orElseThrow();
  }

  /** The object without those of the fields that say nothing: null, or no stream. */
  public static ObjectNode withoutEmpty(ObjectNode object, List<String> fields) {
    ObjectNode rest = object.deepCopy();
    for (String field : fields) {
      JsonNode value = object.path(field);
      if (value.isNull() || (field.equals("stream") && !value.asBoolean())) {
        rest.remove(field);
      }
    }
    return rest;
  }
}
