package dev.tollgate.dynamodb;

import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromBool;
import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromS;
import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromSs;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * An item, or a map inside an item. A method that returns no {@link Optional} requires the
 * attribute and names it in its error.
 */
public record DynamoDbItem(Map<String, AttributeValue> attributes) {
  public boolean has(String name) {
    return attributes.containsKey(name);
  }

  public String text(String name) {
    return require(name, AttributeValue::s);
  }

  public Optional<String> findText(String name) {
    return find(name, AttributeValue::s);
  }

  public int intNumber(String name) {
    return Integer.parseInt(require(name, AttributeValue::n));
  }

  public long longNumber(String name) {
    return Long.parseLong(require(name, AttributeValue::n));
  }

  public Optional<BigDecimal> findDecimal(String name) {
    return find(name, AttributeValue::n).map(BigDecimal::new);
  }

  public BigDecimal decimalOrZero(String name) {
    return findDecimal(name).orElse(BigDecimal.ZERO);
  }

  public boolean flag(String name) {
    return require(name, AttributeValue::bool);
  }

  /** A time in ISO 8601. */
  public Instant time(String name) {
    return Instant.parse(text(name));
  }

  /** A time in ISO 8601. */
  public Optional<Instant> findTime(String name) {
    return findText(name).map(Instant::parse);
  }

  public Instant millis(String name) {
    return Instant.ofEpochMilli(longNumber(name));
  }

  public Optional<Instant> findMillis(String name) {
    return find(name, AttributeValue::n).map(it -> Instant.ofEpochMilli(Long.parseLong(it)));
  }

  public List<AttributeValue> list(String name) {
    return require(name, AttributeValue::l);
  }

  /** A set of texts. An absent one is empty, since DynamoDB stores no empty set. */
  public Set<String> textSet(String name) {
    return find(name, AttributeValue::ss).map(Set::copyOf).orElse(Set.of());
  }

  public Optional<DynamoDbItem> findMap(String name) {
    return find(name, AttributeValue::m).map(DynamoDbItem::new);
  }

  private <T> Optional<T> find(String name, Function<AttributeValue, T> read) {
    return Optional.ofNullable(attributes.get(name)).map(read);
  }

  private <T> T require(String name, Function<AttributeValue, T> read) {
    return find(name, read)
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "attribute %s is missing or has another type in item %s %s"
                        .formatted(
                            name,
                            findText(DynamoDbKey.PARTITION_KEY).orElse(""),
                            findText(DynamoDbKey.SORT_KEY).orElse(""))));
  }

  /** Starts a map inside an item. */
  public static Builder builder() {
    return new Builder();
  }

  public static Builder builder(DynamoDbKey key) {
    return new Builder().putAll(key.toMap());
  }

  /** Writes the attributes of an item and omits absent values. */
  public static final class Builder {
    private final Map<String, AttributeValue> attributes = new HashMap<>();

    private Builder() {}

    public Builder put(String name, AttributeValue value) {
      attributes.put(name, value);
      return this;
    }

    public Builder put(String name, String text) {
      return put(name, fromS(text));
    }

    public Builder put(String name, long number) {
      return put(name, DynamoDbValue.of(number));
    }

    public Builder put(String name, BigDecimal number) {
      return put(name, DynamoDbValue.of(number));
    }

    public Builder put(String name, boolean flag) {
      return put(name, fromBool(flag));
    }

    /** Writes a time in ISO 8601. */
    public Builder put(String name, Instant time) {
      return put(name, time.toString());
    }

    public Builder putMillis(String name, Instant time) {
      return put(name, DynamoDbValue.ofMillis(time));
    }

    public Builder putSeconds(String name, Instant time) {
      return put(name, DynamoDbValue.ofSeconds(time));
    }

    public Builder putText(String name, Optional<String> text) {
      text.ifPresent(it -> put(name, it));
      return this;
    }

    public Builder putDecimal(String name, Optional<BigDecimal> number) {
      number.ifPresent(it -> put(name, it));
      return this;
    }

    /** Writes a time in ISO 8601. */
    public Builder putTime(String name, Optional<Instant> time) {
      time.ifPresent(it -> put(name, it));
      return this;
    }

    /** Writes a sorted set of texts, unless it is empty: DynamoDB stores no empty set. */
    public Builder putTextSet(String name, Collection<String> texts) {
      return texts.isEmpty() ? this : put(name, fromSs(texts.stream().sorted().toList()));
    }

    public Builder putAll(Map<String, AttributeValue> others) {
      attributes.putAll(others);
      return this;
    }

    public Map<String, AttributeValue> build() {
      return Map.copyOf(attributes);
    }
  }
}
