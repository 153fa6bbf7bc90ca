package dev.tollgate.cli.prompts;

import dev.tollgate.cli.client.Session;

/** Prints the progress of a command on several prompts. */
final class Progress {
  private final Session session;
  private final int total;
  private int started;

  Progress(Session session, int total) {
    this.session = session;
    this.total = total;
  }

  void next(String name) {
    started++;
    if (total > 1) {
      session.printMessage("%d/%d %s".formatted(started, total, name));
    }
  }
}
