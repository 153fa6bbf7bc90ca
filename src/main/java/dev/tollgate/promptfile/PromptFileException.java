package dev.tollgate.promptfile;

/** A prompt file cannot be read or written. The message names the file and the fix. */
public final class PromptFileException extends RuntimeException {
  private static final long serialVersionUID = 1;

  PromptFileException(String file, String problem) {
    super(file + ": " + problem);
  }

  PromptFileException(String file, String problem, Throwable cause) {
    super(file + ": " + problem, cause);
  }
}
