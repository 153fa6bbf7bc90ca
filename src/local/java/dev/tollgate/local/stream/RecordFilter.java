package dev.tollgate.local.stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Decides which records a function gets. A pattern has the record's own nesting and lists, at each
 * leaf, the values that are allowed; a record must match one of several patterns.
 */
final class RecordFilter {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<JsonNode> patterns;

  private RecordFilter(List<JsonNode> patterns) {
    this.patterns = List.copyOf(patterns);
  }

  static RecordFilter of(List<String> patterns) {
    List<JsonNode> parsed = new ArrayList<>();
    for (String pattern : patterns) {
      try {
        JsonNode node = JSON.readTree(pattern);
        requireSupported(node, pattern);
        parsed.add(node);
      } catch (IOException e) {
        throw new IllegalArgumentException("A stream's filter is not JSON: " + pattern, e);
      }
    }
    return new RecordFilter(parsed);
  }

  private static void requireSupported(JsonNode pattern, String whole) {
    boolean values = pattern.isArray() && !pattern.isEmpty();
    if (!values && !pattern.isObject()) {
      throw new IllegalArgumentException("A filter holds maps and lists of values: " + whole);
    }
    for (JsonNode child : pattern) {
      if (values && !child.isValueNode()) {
        throw new IllegalArgumentException(
            "Only lists of exact values work locally, not " + child + " in " + whole);
      }
      if (!values) {
        requireSupported(child, whole);
      }
    }
  }

  boolean accepts(JsonNode record) {
    return patterns.isEmpty() || patterns.stream().anyMatch(pattern -> matches(pattern, record));
  }

  private static boolean matches(JsonNode pattern, JsonNode value) {
    if (pattern.isArray()) {
      for (JsonNode allowed : pattern) {
        if (allowed.equals(value)) {
          return true;
        }
      }
      return false;
    }
    for (Map.Entry<String, JsonNode> entry : pattern.properties()) {
      if (!matches(entry.getValue(), value.path(entry.getKey()))) {
        return false;
      }
    }
    return true;
  }
}
