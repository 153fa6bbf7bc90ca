package dev.tollgate.cli.client;

/** How a command ends, and the words in which its help says so. */
public final class ExitCode {
  public static final int OK = 0;
  public static final int ERROR = 1;
  public static final int DRIFT = 2;
  public static final int GATE_CLOSED = 3;

  public static final String HEADING = "%nExit codes:%n";
  public static final String OK_HELP = " 0:done";
  public static final String ERROR_HELP = " 1:an error, told on standard error";
  public static final String GATE_HELP = " 3:the gate refused the activation";

  private ExitCode() {}
}
