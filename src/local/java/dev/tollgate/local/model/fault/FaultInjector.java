package dev.tollgate.local.model.fault;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the faults of a request. The request's own directive (header, then model name) takes
 * precedence over the one injected by {@code POST /_simulate} and does not use it up. So one test
 * can fail its own call while another test's fault is active.
 */
public final class FaultInjector {
  /** As the number of times: the fault stays until it is cleared. */
  public static final int UNTIL_CLEARED = Integer.MAX_VALUE;

  private static final String SUFFIX = "+simulate=";

  private @Nullable InjectedFault injected;

  /** A model id, and the directive that followed it. */
  public record RequestedModel(String id, Optional<String> directive) {
    public static RequestedModel parse(String model) {
      int at = model.indexOf(SUFFIX);
      return at < 0
          ? new RequestedModel(model, Optional.empty())
          : new RequestedModel(
              model.substring(0, at), Optional.of(model.substring(at + SUFFIX.length())));
    }
  }

  /** A fault for requests whose body contains a text. */
  private record InjectedFault(List<FaultDirective> behaviours, String containing, int remaining) {}

  /** Injects a fault into the next {@code times} requests whose body contains a text. */
  public synchronized void inject(List<FaultDirective> behaviours, String containing, int times) {
    injected = times > 0 ? new InjectedFault(behaviours, containing, times) : null;
  }

  public synchronized void clear() {
    injected = null;
  }

  public List<FaultDirective> nextDirectives(Optional<String> header, String model, String body) {
    return header
        .or(() -> RequestedModel.parse(model).directive())
        .map(FaultDirective::parseAll)
        .orElseGet(() -> nextInjected(body));
  }

  private synchronized List<FaultDirective> nextInjected(String body) {
    InjectedFault current = injected;
    if (current == null || !body.contains(current.containing())) {
      return List.of();
    }
    if (current.remaining() != UNTIL_CLEARED) {
      inject(current.behaviours(), current.containing(), current.remaining() - 1);
    }
    return current.behaviours();
  }
}
