package dev.tollgate.provider;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The company that runs a model and bills its usage. */
public enum Provider {
  ANTHROPIC("Anthropic", List.of("top_p", "top_k"), List.of("tools", "mcp_servers")),
  OPENAI(
      "OpenAI",
      List.of("top_p", "frequency_penalty", "presence_penalty", "logit_bias"),
      List.of("tools", "functions", "web_search_options"));

  private final String displayName;
  private final List<String> samplingFields;
  private final List<String> toolFields;

  Provider(String displayName, List<String> samplingFields, List<String> toolFields) {
    this.displayName = displayName;
    this.samplingFields = samplingFields;
    this.toolFields = toolFields;
  }

  /** The name in records and reports. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Finds a provider by its name in records. */
  public static Optional<Provider> find(String id) {
    return Arrays.stream(values()).filter(each -> each.id().equals(id)).findFirst();
  }

  /** The name in sentences. */
  public String displayName() {
    return displayName;
  }

  /** The sampling fields of its API, in addition to {@code temperature}. */
  public List<String> samplingFields() {
    return samplingFields;
  }

  /** The fields of its API that give a model tools or other sources. */
  List<String> toolFields() {
    return toolFields;
  }
}
