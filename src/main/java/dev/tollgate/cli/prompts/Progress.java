package dev.tollgate.cli.prompts;

import dev.tollgate.cli.client.Session;

/** Says how far work over several prompts is; a single one needs no such words. */
final class Progress {
  private final Session session;
  private final int total;
  private int begun;

  Progress(Session session, int total) {
    this.session = session;
    this.total = total;
  }

  void next(String name) {
    begun++;
    if (total > 1) {
      session.say("%d of %d: %s".formatted(begun, total, name));
    }
  }
}
