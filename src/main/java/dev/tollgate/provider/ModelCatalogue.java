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

/** The models that Tollgate knows. Others may be asked all the same. */
public final class ModelCatalogue {
  private static final String RESOURCE = "/models.yaml";

  /** OpenAI's rule of thumb for English text, for models that are not known. */
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

  /** The catalogue that is built in. */
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
      throw new UncheckedIOException("cannot read " + RESOURCE, e);
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

  /** What is known of a model, by its id with or without a date. */
  public Optional<ModelInfo> find(String model) {
    return Optional.ofNullable(models.get(withoutDate(model)));
  }

  /** The request without what its model, if it is known, would refuse it for. */
  public AdaptedRequest adapt(ModelRequest request) {
    return find(request.model())
        .map(facts -> facts.adapt(request))
        .orElseGet(() -> new AdaptedRequest(request, List.of()));
  }

  /** What a model takes and gives at most; of one that is not known, as much as any. */
  public ModelLimits limits(String model) {
    return find(model).map(ModelInfo::limits).orElse(ModelLimits.MAX);
  }

  /** About how many tokens a text of that many characters is to a model. */
  public long estimateTokens(String model, long characters) {
    return find(model)
        .map(facts -> facts.estimateTokens(characters))
        .orElse(Math.round(characters / CHARACTERS_PER_TOKEN));
  }

  /**
   * About what a request uses before it is answered, where the provider does not say: the tokens of
   * what there is to read, without images.
   */
  public Usage estimateUsage(ModelRequest request) {
    return new Usage(estimateTokens(request.model(), request.countCharacters()), 0, 0, 0, 0, 0);
  }

  /** Who runs a model: what the catalogue says, else what its name looks like. */
  public Provider provider(String model) {
    return find(model)
        .map(ModelInfo::provider)
        .orElse(OPENAI_MODEL.matcher(model).matches() ? Provider.OPENAI : Provider.ANTHROPIC);
  }

  /**
   * A model's id without its date: providers answer with a dated id, such as
   * claude-haiku-4-5-20251001 or gpt-4o-2024-08-06, for an undated one.
   */
  public static String withoutDate(String model) {
    return DATE_SUFFIX.matcher(model).replaceFirst("");
  }
}
