package dev.tollgate.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** The models that Tollgate knows. Others may be asked all the same. */
public final class ModelCatalogue {
  private static final String RESOURCE = "/models.yaml";
  private static final Pattern DATE_SUFFIX = Pattern.compile("-20\\d{6}$");

  private final Map<String, ModelFacts> models;

  private ModelCatalogue(Map<String, ModelFacts> models) {
    this.models = Map.copyOf(models);
  }

  /** The catalogue that is built in. */
  public static ModelCatalogue load() {
    try (InputStream yaml = ModelCatalogue.class.getResourceAsStream(RESOURCE)) {
      if (yaml == null) {
        throw new IllegalStateException(RESOURCE + " is missing from the package");
      }
      Map<String, ModelFacts> models = new HashMap<>();
      for (JsonNode row : new ObjectMapper(new YAMLFactory()).readTree(yaml).path("models")) {
        ModelFacts facts =
            new ModelFacts(
                row.required("model").textValue(),
                row.required("min_cached").intValue(),
                row.required("chars_per_token").doubleValue(),
                Optional.ofNullable(row.get("retires"))
                    .map(date -> LocalDate.parse(date.textValue())));
        models.put(facts.model(), facts);
      }
      return new ModelCatalogue(models);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + RESOURCE, e);
    }
  }

  /** What is known of a model, by its id with or without a date. */
  public Optional<ModelFacts> find(String model) {
    return Optional.ofNullable(models.get(DATE_SUFFIX.matcher(model).replaceFirst("")));
  }
}
