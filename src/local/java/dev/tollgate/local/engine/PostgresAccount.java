package dev.tollgate.local.engine;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * As whom PostgreSQL runs, for it refuses to run as root, and root is what a container offers.
 *
 * @param prefix what to put before a command
 * @param owner the user id that its files must have
 */
record PostgresAccount(List<String> prefix, int owner) {
  private static final int NOBODY = 65534;

  PostgresAccount {
    prefix = List.copyOf(prefix);
  }

  /** Chooses what this system allows. */
  static PostgresAccount choose() throws IOException, InterruptedException {
    int self = Math.toIntExact(new UnixSystem().getUid());
    if (self != 0) {
      return new PostgresAccount(List.of(), self);
    }
    PostgresAccount namespace = inUserNamespace();
    if (namespace.isUsable()) {
      return namespace;
    }
    PostgresAccount nobody = asNobody();
    if (nobody.isUsable()) {
      return nobody;
    }
    throw new IOException(
        "PostgreSQL refuses to run as root, and neither `unshare -U` nor `setpriv` works here: "
            + "start the local cloud as an ordinary user");
  }

  /** Root that does not look like it from inside; the files stay root's. */
  static PostgresAccount inUserNamespace() {
    return new PostgresAccount(List.of("unshare", "-U"), 0);
  }

  /**
   * For containers, which mostly forbid user namespaces. Keeps the right to pass folders that are
   * closed to others, for the clone may lie under /root. (PostgreSQL asks by access(2), which
   * disregards that right, only for its own programs.)
   */
  static PostgresAccount asNobody() {
    return new PostgresAccount(
        List.of(
            "setpriv",
            "--reuid=" + NOBODY,
            "--regid=" + NOBODY,
            "--clear-groups",
            "--inh-caps=+dac_override",
            "--ambient-caps=+dac_override"),
        NOBODY);
  }

  ProcessBuilder command(List<String> command) {
    var words = new ArrayList<>(prefix);
    words.addAll(command);
    return new ProcessBuilder(words);
  }

  /** Makes the folder and all below it this account's, which they may not be yet. */
  void takeOwnership(Path folder) throws IOException {
    if ((int) Files.getAttribute(folder, "unix:uid") == owner) {
      return;
    }
    try (var files = Files.walk(folder)) {
      // The folder itself last: it is what tells that the rest is done.
      List<Path> all = files.toList().reversed();
      for (Path file : all) {
        Files.setAttribute(file, "unix:uid", owner, LinkOption.NOFOLLOW_LINKS);
      }
    }
  }

  private boolean isUsable() throws InterruptedException {
    try {
      return command(List.of("true"))
              .redirectOutput(Redirect.DISCARD)
              .redirectError(Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException _) {
      return false; // no such program
    }
  }
}
