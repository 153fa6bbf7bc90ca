package dev.tollgate.evaluation.judge;

import dev.tollgate.prompt.ChangeRequest;
import dev.tollgate.prompt.PromptError;
import dev.tollgate.prompt.PromptRegistry;
import dev.tollgate.prompt.PromptRegistry.ResolvedVersion;
import dev.tollgate.prompt.PromptResult;
import dev.tollgate.prompt.PromptVersion;
import dev.tollgate.prompt.VersionRef;
import dev.tollgate.prompt.content.PromptContent;
import dev.tollgate.provider.ModelCatalogue;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * The prompt of judges. It is a managed prompt with versions, an audit log and an owner. Without a
 * registered version, it is the built-in text.
 */
@Singleton
class JudgePrompt {
  private static final String RESOURCE = "/judge/prompt.txt";
  private static final String AUTHOR = "tollgate";

  /** Enough for verdicts on 25 claims with evidence, and for models that think. */
  private static final int MAX_TOKENS = 8192;

  private final PromptRegistry registry;
  private final Optional<String> configuredModel;
  private final String alternativeModel;
  private final Map<Integer, PromptContent> contents = new ConcurrentHashMap<>();

  JudgePrompt(
      PromptRegistry registry,
      @ConfigProperty(name = "tollgate.judge.model") Optional<String> configuredModel,
      @ConfigProperty(name = "tollgate.judge.alternative-model") String alternativeModel) {
    this.registry = registry;
    this.configuredModel = configuredModel;
    this.alternativeModel = alternativeModel;
  }

  /** Returns the active version with a model that is not the tested one. */
  JudgeVersion currentVersion(String testedModel) {
    PromptVersion version = findActive().orElseGet(this::registerBuiltIn);
    String model = configuredModel.orElse(version.content().model());
    boolean same =
        ModelCatalogue.withoutDate(model).equals(ModelCatalogue.withoutDate(testedModel));
    return new JudgeVersion(
        same ? alternativeModel : model, version.number(), version.content().hash());
  }

  /** Returns the content of a version. Versions never change, so each is loaded once. */
  PromptContent content(JudgeVersion version) {
    return contents.computeIfAbsent(
        version.promptVersion(),
        number ->
            orThrow(registry.resolve(JudgeVersion.PROMPT, new VersionRef.Number(number)))
                .version()
                .content());
  }

  private Optional<PromptVersion> findActive() {
    return switch (registry.resolve(JudgeVersion.PROMPT, new VersionRef.Production())) {
      case PromptResult.Ok<ResolvedVersion>(ResolvedVersion found) -> Optional.of(found.version());
      case PromptResult.Err<ResolvedVersion> _ -> Optional.empty();
    };
  }

  private PromptVersion registerBuiltIn() {
    ChangeRequest changeRequest =
        new ChangeRequest(
            AUTHOR,
            Optional.of("The judge's built-in prompt, since no other version is active"),
            OptionalLong.empty());
    PromptVersion version =
        registry
            .register(
                JudgeVersion.PROMPT, readBuiltIn(), AUTHOR, "Built into Tollgate", changeRequest)
            .version();
    orThrow(registry.activate(JudgeVersion.PROMPT, version.number(), true, changeRequest));
    return version;
  }

  private static <T> T orThrow(PromptResult<T> result) {
    return switch (result) {
      case PromptResult.Ok<T>(T value) -> value;
      case PromptResult.Err<T>(PromptError error) ->
          throw new IllegalStateException("The judge's prompt is not valid: " + error);
    };
  }

  private static PromptContent readBuiltIn() {
    try (InputStream text = JudgePrompt.class.getResourceAsStream(RESOURCE)) {
      if (text == null) {
        throw new IllegalStateException(RESOURCE + " is missing from the package");
      }
      return PromptContent.ofText(
          new String(text.readAllBytes(), StandardCharsets.UTF_8),
          "claude-sonnet-4-6",
          Optional.of(BigDecimal.ZERO),
          MAX_TOKENS);
    } catch (IOException e) {
      throw new UncheckedIOException("Failed to read " + RESOURCE, e);
    }
  }
}
