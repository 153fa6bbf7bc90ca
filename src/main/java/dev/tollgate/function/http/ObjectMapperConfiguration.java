package dev.tollgate.function.http;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tollgate.json.JsonMappers;
import io.quarkus.jackson.ObjectMapperCustomizer;
import jakarta.inject.Singleton;

/**
 * Configures JSON: exact numbers, no exponents in amounts, no duplicate fields. Two parsers may
 * read different values from duplicate fields.
 */
@Singleton
public class ObjectMapperConfiguration implements ObjectMapperCustomizer {
  @Override
  public void customize(ObjectMapper mapper) {
    JsonMappers.configureStrict(mapper);
  }
}
