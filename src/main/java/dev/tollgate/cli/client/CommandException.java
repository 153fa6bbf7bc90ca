package dev.tollgate.cli.client;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.NoSuchFileException;

/** Ends a command with an error message for the user. */
public class CommandException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int exitCode;

  public CommandException(String message) {
    this(message, ExitCode.ERROR);
  }

  CommandException(String message, int exitCode) {
    super(message);
    this.exitCode = exitCode;
  }

  public CommandException(String message, Throwable cause) {
    super(message, cause);
    this.exitCode = ExitCode.ERROR;
  }

  /** For a file that cannot be read. The message of the cause is often only the file's name. */
  public static CommandException cannotRead(Object file, IOException cause) {
    String reason =
        switch (cause) {
          case NoSuchFileException _ -> "no such file";
          case CharacterCodingException _ -> "not UTF-8";
          default -> cause.toString();
        };
    return new CommandException("Cannot read " + file + ": " + reason, cause);
  }

  public int exitCode() {
    return exitCode;
  }
}
