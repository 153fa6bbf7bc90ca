package dev.tollgate.local.template;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One DynamoDB table of the template.
 *
 * @param attributes the type ({@code S}, {@code N} or {@code B}) of each key attribute
 * @param timeToLive the attribute that says when an item expires
 * @param streamViewType what the table's stream shows; empty without a stream
 */
public record TableDefinition(
    String logicalId,
    String name,
    List<Key> keys,
    Map<String, String> attributes,
    Optional<String> timeToLive,
    Optional<String> streamViewType,
    List<Index> indexes) {
  public TableDefinition {
    keys = List.copyOf(keys);
    attributes = Map.copyOf(attributes);
    indexes = List.copyOf(indexes);
    if (keys.isEmpty()) {
      throw new IllegalArgumentException(name + " needs a KeySchema");
    }
  }

  /** A part of a primary key; {@code type} is HASH or RANGE. */
  public record Key(String attribute, String type) {}

  /** A global secondary index. */
  public record Index(
      String name, List<Key> keys, String projectionType, List<String> nonKeyAttributes) {
    public Index {
      keys = List.copyOf(keys);
      nonKeyAttributes = List.copyOf(nonKeyAttributes);
    }
  }

  static TableDefinition read(String logicalId, String name, Property table) {
    Map<String, String> attributes = new LinkedHashMap<>();
    for (Property definition : table.get("AttributeDefinitions").elements()) {
      attributes.put(
          definition.get("AttributeName").text(), definition.get("AttributeType").text());
    }
    return new TableDefinition(
        logicalId,
        name,
        keys(table),
        attributes,
        table
            .find("TimeToLiveSpecification")
            .filter(specification -> specification.get("Enabled").flag())
            .map(specification -> specification.get("AttributeName").text()),
        table.find("StreamSpecification", "StreamViewType").map(Property::text),
        table.find("GlobalSecondaryIndexes").map(Property::elements).orElse(List.of()).stream()
            .map(TableDefinition::index)
            .toList());
  }

  private static Index index(Property index) {
    return new Index(
        index.get("IndexName").text(),
        keys(index),
        index.get("Projection", "ProjectionType").text(),
        index
            .find("Projection", "NonKeyAttributes")
            .map(Property::elements)
            .orElse(List.of())
            .stream()
            .map(Property::text)
            .toList());
  }

  private static List<Key> keys(Property owner) {
    return owner.get("KeySchema").elements().stream()
        .map(key -> new Key(key.get("AttributeName").text(), key.get("KeyType").text()))
        .toList();
  }
}
