package dev.tollgate.local;

import java.util.logging.Level;
import org.jboss.logmanager.LogContext;
import org.jboss.logmanager.Logger;
import org.jboss.logmanager.formatters.PatternFormatter;
import org.jboss.logmanager.handlers.ConsoleHandler;

/**
 * Shows the local cloud's own warnings on standard error. Quarkus, which is on the same class path,
 * would keep them until an application starts, and none does in this process.
 */
final class ConsoleLogging {
  private static final String FORMAT = "%d{HH:mm:ss} %p %m%e%n";

  private static boolean configured;

  private ConsoleLogging() {}

  static synchronized void configure() {
    if (configured) {
      return;
    }
    configured = true;
    // Must be said before java.util.logging is first used; the system loggers end up there.
    System.setProperty("java.util.logging.manager", "org.jboss.logmanager.LogManager");
    ConsoleHandler handler =
        new ConsoleHandler(ConsoleHandler.Target.SYSTEM_ERR, new PatternFormatter(FORMAT));
    handler.setLevel(Level.WARNING);
    Logger logger = LogContext.getLogContext().getLogger(ConsoleLogging.class.getPackageName());
    logger.addHandler(handler);
    logger.setUseParentHandlers(false); // they would print each line twice
  }
}
