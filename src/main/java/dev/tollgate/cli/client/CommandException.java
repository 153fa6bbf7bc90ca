package dev.tollgate.cli.client;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.NoSuchFileException;

/** Ends a command with a message for the one who typed it. */
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

  /** For a file that cannot be read. What is thrown often says no more than the file's name. */
  public static CommandException cannotRead(Object file, IOException cause) {
    String why =
        switch (cause) {
          case NoSuchFileException _ -> "there is no such file";
          case CharacterCodingException _ -> "it is not UTF-8";
          default -> cause.toString();
        };
    return new CommandException("cannot read " + file + ": " + why, cause);
  }

  public int exitCode() {
    return exitCode;
  }
}
