package dev.tollgate.provider;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.json.JsonMappers;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.LocalDate;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** The models that Tollgate knows. It can call unknown models, too. */
public final class ModelCatalogue {
  private static final String RESOURCE = "/models.yaml";

  /** OpenAI's rule of thumb for English text; applies to unknown models. */
  private static final double CHARACTERS_PER_TOKEN = 4;

  /** Anthropic's dates look like 20251001, OpenAI's like 2024-08-06. */
  private static final Pattern DATE_SUFFIX = Pattern.compile("-20\\d\\d(?:\\d{4}|-\\d\\d-\\d\\d)$");

  /** {@code ft:} begins the ids of models that OpenAI tuned for a customer. */
  private static final Pattern OPENAI_MODEL =
      Pattern.compile("(?:ft:)?(?:gpt-|chatgpt-|o[134](?:-|$)).*");

  private final Map<String, ModelInfo> models;

  private ModelCatalogue(Map<String, ModelInfo> models) {
    this.models = Collections.unmodifiableMap(models);
  }

  /** Loads the built-in catalogue. */
  public static ModelCatalogue load() {
    try (InputStream yaml = ModelCatalogue.class.getResourceAsStream(RESOURCE)) {
      if (yaml == null) {
        throw new IllegalStateException(RESOURCE + " is missing from the package");
      }
      Map<String, ModelInfo> models = new LinkedHashMap<>();
      for (JsonNode row : JsonMappers.yaml().readTree(yaml).path("models")) {
        ModelInfo facts =
            new ModelInfo(
                Provider.valueOf(row.required("provider").textValue().toUpperCase(Locale.ROOT)),
                row.required("model").textValue(),
                row.required("min_cached").intValue(),
                row.required("chars_per_token").doubleValue(),
                SamplingSupport.valueOf(
                    row.required("sampling").textValue().toUpperCase(Locale.ROOT)),
                StreamSupport.stream(row.path("thinking").spliterator(), false)
                    .map(JsonNode::textValue)
                    .collect(Collectors.toSet()),
                Optional.ofNullable(row.get("retires"))
                    .map(date -> LocalDate.parse(date.textValue())),
                Optional.ofNullable(row.path("successor").textValue()),
                limits(row.path("limits")));
        models.put(facts.model(), facts);
      }
      return new ModelCatalogue(models);
    } catch (IOException e) {
      throw new UncheckedIOException("Failed to read " + RESOURCE, e);
    }
  }

  private static ModelLimits limits(JsonNode row) {
    return new ModelLimits(
        row.path("context").asLong(ModelLimits.MAX.context()),
        row.path("output").asLong(ModelLimits.MAX.output()),
        row.path("image").asLong(ModelLimits.MAX.image()));
  }

  /** All models, in the order of the catalogue. */
  public List<ModelInfo> all() {
    return List.copyOf(models.values());
  }

  /** Finds a model by its id, with or without a date. */
  public Optional<ModelInfo> find(String model) {
    return Optional.ofNullable(models.get(withoutDate(model)));
  }

  /** Removes the fields that the model, if it is known, rejects. */
  public AdaptedRequest adapt(ModelRequest request) {
    return find(request.model())
        .map(facts -> facts.adapt(request))
        .orElseGet(() -> new AdaptedRequest(request, List.of()));
  }

  /** Returns a model's limits, or {@link ModelLimits#MAX} if the model is unknown. */
  public ModelLimits limits(String model) {
    return find(model).map(ModelInfo::limits).orElse(ModelLimits.MAX);
  }

  /** Estimates a model's tokens for a text of that many characters. */
  public long estimateTokens(String model, long characters) {
    return find(model)
        .map(facts -> facts.estimateTokens(characters))
        .orElse(Math.round(characters / CHARACTERS_PER_TOKEN));
  }

  /**
   * Estimates the input tokens of a request, without images. It serves where the provider reports
   * no usage.
   */
  public Usage estimateUsage(ModelRequest request) {
    return new Usage(estimateTokens(request.model(), request.countCharacters()), 0, 0, 0, 0, 0);
  }

  /** Returns a model's provider from the catalogue, or else from the pattern of its name. */
  public Provider provider(String model) {
    return find(model)
        .map(ModelInfo::provider)
        .orElse(OPENAI_MODEL.matcher(model).matches() ? Provider.OPENAI : Provider.ANTHROPIC);
  }

  /**
   * Removes the date from a model's id. Providers respond to an undated id with a dated one, such
   * as claude-haiku-4-5-20251001 or gpt-4o-2024-08-06.
   */
  public static String withoutDate(String model) {
    return DATE_SUFFIX.matcher(model).replaceFirst("");
  }
}
