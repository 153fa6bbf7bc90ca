package dev.tollgate.json;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;

/** The mappers of all packages. A caller that needs another option derives a reader from one. */
public final class JsonMappers {
  /**
   * Reads numbers exactly, trailing zeros included, and writes them without an exponent. For
   * documents that Tollgate wrote itself.
   */
  public static final ObjectMapper EXACT = configureExact(new ObjectMapper());

  private JsonMappers() {}

  /**
   * Creates a mapper for packaged YAML files. It is not a constant, since a function reads them
   * only once, when it starts.
   */
  public static ObjectMapper yaml() {
    return new ObjectMapper(new YAMLFactory());
  }

  /** Makes a mapper read and write numbers like {@link #EXACT}. */
  public static ObjectMapper configureExact(ObjectMapper mapper) {
    return mapper
        .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
        .configure(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES, false)
        .configure(JsonGenerator.Feature.WRITE_BIGDECIMAL_AS_PLAIN, true);
  }

  /**
   * Makes a mapper exact and fit for documents from outside. It rejects duplicate fields, which two
   * readers may resolve differently, and text after the document.
   */
  public static ObjectMapper configureStrict(ObjectMapper mapper) {
    return configureExact(mapper)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .configure(JsonParser.Feature.STRICT_DUPLICATE_DETECTION, true);
  }
}
