package dev.tollgate.cli.client;

/** Exit codes of commands and their descriptions in help. */
public final class ExitCode {
  public static final int OK = 0;
  public static final int ERROR = 1;
  public static final int DRIFT = 2;
  public static final int GATE_CLOSED = 3;

  public static final String HEADING = "%nExit codes:%n";
  public static final String OK_HELP = " 0:success";
  public static final String ERROR_HELP = " 1:an error, reported on standard error";
  public static final String GATE_HELP = " 3:the gate rejected the activation";

  public static final String BROKEN_CHAIN_HELP =
      " 1:an error, or the hash chain of the audit log is broken";

  private ExitCode() {}
}
