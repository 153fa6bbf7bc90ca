package dev.tollgate.local.template;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** One function of the template, Globals merged in. */
public final class FunctionDefinition {
  private static final int DEFAULT_TIMEOUT_SECONDS = 3;
  private static final int DEFAULT_MEMORY_MEGABYTES = 128;

  private final String logicalId;
  private final Property properties;
  private final Intrinsics intrinsics;

  FunctionDefinition(String logicalId, Property properties, Intrinsics intrinsics) {
    this.logicalId = logicalId;
    this.properties = properties;
    this.intrinsics = intrinsics;
  }

  public String logicalId() {
    return logicalId;
  }

  public String functionName() {
    return intrinsics.physicalName(logicalId, "FunctionName");
  }

  /**
   * Returns the name of the exported Java function, which the deployed one is known by in short.
   */
  public Optional<String> exportName() {
    return properties.find("Environment", "Variables", "QUARKUS_FUNQY_EXPORT").map(Property::text);
  }

  public String arn() {
    return LocalNames.functionArn(functionName());
  }

  public String handler() {
    return properties.find("Handler").map(Property::text).orElse("bootstrap");
  }

  public Duration timeout() {
    return Duration.ofSeconds(
        properties.find("Timeout").map(Property::number).orElse(DEFAULT_TIMEOUT_SECONDS));
  }

  public int memoryMegabytes() {
    return properties.find("MemorySize").map(Property::number).orElse(DEFAULT_MEMORY_MEGABYTES);
  }

  /** Whether the template gives the function an environment variable. */
  public boolean hasVariable(String name) {
    return properties
        .find("Environment", "Variables")
        .map(Property::children)
        .orElse(Map.of())
        .containsKey(name);
  }

  public Map<String, String> environment() {
    return environment(Map.of());
  }

  /**
   * Returns the environment variables with {@code overrides} on top. A variable that is overridden
   * is not evaluated: what only AWS can know is given that way.
   */
  public Map<String, String> environment(Map<String, String> overrides) {
    Map<String, String> variables = new TreeMap<>(overrides);
    properties
        .find("Environment", "Variables")
        .ifPresent(
            given ->
                given
                    .children()
                    .forEach(
                        (name, value) -> {
                          if (!overrides.containsKey(name) && !value.isAbsent()) {
                            variables.put(name, value.text());
                          }
                        }));
    return variables;
  }

  public List<ApiRoute> routes() {
    return events("Api").map(event -> ApiRoute.read(event.get("Properties"))).toList();
  }

  public List<StreamSource> streams() {
    return events("DynamoDB")
        .map(event -> event.get("Properties"))
        .filter(FunctionDefinition::isEnabled)
        .map(StreamSource::read)
        .toList();
  }

  public List<Schedule> schedules() {
    return Stream.concat(events("ScheduleV2"), events("Schedule"))
        .filter(event -> isEnabled(event.get("Properties")))
        .map(event -> Schedule.read(event.place().replace(".Events.", ""), event.get("Properties")))
        .toList();
  }

  public EventInvokeConfig eventInvokeConfig() {
    return EventInvokeConfig.read(properties);
  }

  private static boolean isEnabled(Property event) {
    return event.find("Enabled").map(Property::flag).orElse(true)
        && !event.find("State").map(Property::text).orElse("ENABLED").equals("DISABLED");
  }

  private Stream<Property> events(String type) {
    return properties.find("Events").map(Property::children).orElse(Map.of()).values().stream()
        .filter(event -> event.get("Type").text().equals(type));
  }
}
