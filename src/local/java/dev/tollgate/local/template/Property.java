package dev.tollgate.local.template;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One value of the template and its path. It is evaluated step by step as callers walk down, so
 * that unused parts need not make sense locally.
 */
final class Property {
  private final Intrinsics intrinsics;
  private final String place;
  private final JsonNode unevaluated;

  Property(Intrinsics intrinsics, String place, JsonNode unevaluated) {
    this.intrinsics = intrinsics;
    this.place = place;
    this.unevaluated = unevaluated;
  }

  String place() {
    return place;
  }

  /** Returns the property below this one; empty when it is absent or AWS::NoValue. */
  Optional<Property> find(String... path) {
    Property current = this;
    for (String name : path) {
      JsonNode value = current.value();
      Property child = current.child(name, value.path(name));
      if (child.value().isMissingNode() || child.value().isNull()) {
        return Optional.empty();
      }
      current = child;
    }
    return Optional.of(current);
  }

  Property get(String... path) {
    return find(path)
        .orElseThrow(
            () ->
                new TemplateException(
                    place + "." + String.join(".", path), "this property is missing"));
  }

  String text() {
    JsonNode value = value();
    if (!value.isValueNode() || value.isNull()) {
      throw new TemplateException(place, "expected a plain value, found " + value);
    }
    return value.asText();
  }

  int number() {
    String text = text();
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new TemplateException(place, "expected a whole number, found " + text);
    }
  }

  boolean flag() {
    return Boolean.parseBoolean(text());
  }

  List<Property> elements() {
    JsonNode array = value();
    if (!array.isArray()) {
      throw new TemplateException(place, "expected a list, found " + array);
    }
    List<Property> elements = new ArrayList<>();
    for (int index = 0; index < array.size(); index++) {
      Property element = child(Integer.toString(index), array.path(index));
      if (!element.value().isMissingNode()) {
        elements.add(element);
      }
    }
    return elements;
  }

  /** Returns the children by name, each still unevaluated. */
  Map<String, Property> children() {
    JsonNode object = value();
    if (!object.isObject()) {
      throw new TemplateException(place, "expected a map, found " + object);
    }
    Map<String, Property> children = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : object.properties()) {
      children.put(entry.getKey(), child(entry.getKey(), entry.getValue()));
    }
    return children;
  }

  boolean isAbsent() {
    return value().isMissingNode();
  }

  private Property child(String name, JsonNode node) {
    return new Property(intrinsics, place + "." + name, node);
  }

  private JsonNode value() {
    return intrinsics.evaluate(unevaluated, place);
  }
}
