package dev.tollgate.function.admin;

import dev.tollgate.function.http.ApiError;
import dev.tollgate.function.http.ApiException;
import dev.tollgate.function.http.RequestFields;
import dev.tollgate.invocation.PromptFiles;
import dev.tollgate.prompt.PromptName;
import dev.tollgate.prompt.content.PromptContent;
import dev.tollgate.promptfile.PromptDirectory;
import dev.tollgate.promptfile.PromptFile;
import dev.tollgate.promptfile.PromptFileException;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Reads the prompt files that an author is editing, at each call. Only a local cloud configures a
 * folder of them. A deployed function has none, so its prompts always pass the gate.
 */
@Singleton
class DevelopmentPromptFiles implements PromptFiles {
  private final Optional<PromptDirectory> directory;

  DevelopmentPromptFiles(
      @ConfigProperty(name = "tollgate.prompt.files") Optional<String> directory) {
    this.directory = directory.map(Path::of).map(PromptDirectory::new);
  }

  @Override
  public Optional<PromptContent> find(PromptName name) {
    try {
      return directory
          .flatMap(files -> files.find(name.value()))
          .map(DevelopmentPromptFiles::content);
    } catch (PromptFileException e) {
      throw unreadable(String.valueOf(e.getMessage()));
    }
  }

  private static PromptContent content(PromptFile file) {
    try {
      return PromptContentReader.read(
          new RequestFields(file.registration(), PromptContentReader.FIELD_NAMES));
    } catch (ApiException e) {
      throw unreadable(file.path() + ": " + e.error().message());
    }
  }

  private static ApiException unreadable(String problem) {
    return new ApiException(ApiError.serverError(500, "prompt_file_invalid", problem));
  }
}
