package dev.tollgate.cli.prompts;

import dev.tollgate.cli.client.Session;

/** Says how far work over several prompts is; a single one needs no such words. */
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
      session.printMessage("%d of %d: %s".formatted(started, total, name));
    }
  }
}
