package dev.tollgate.local.process;

import java.io.IOException;

/** How a process is asked to end before it is made to. */
public enum TerminationSignal {
  /** What nearly everything takes as "finish and leave". */
  TERM,

  /** What PostgreSQL takes as "disconnect all clients and leave"; TERM would wait for them. */
  INT;

  /** Java can only send TERM and KILL itself, hence the shell, whose {@code kill} is built in. */
  void sendTo(long pid) throws IOException {
    switch (this) {
      case TERM -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroy);
      case INT ->
          new ProcessBuilder("sh", "-c", "kill -s INT \"$1\"", "sh", Long.toString(pid))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
    }
  }
}
